/** Where the cloud gives out IAM tokens: the IAM service, the metadata service of a machine, and the exchange of a workload's own token. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as UrlParams from "effect/http/UrlParams"
import { badRequest, dialect, refuse } from "./CloudDialect.ts"
import type { Credentials } from "./Credentials.ts"
import { isKnown } from "./Dialect.ts"
import { Gate } from "./Gate.ts"
import * as Jwt from "./Jwt.ts"
import * as Routes from "./Routes.ts"
import { cloudTime } from "./Timestamp.ts"
import { type Issued, Tokens } from "./Tokens.ts"
import * as TokenExchange from "./TokenExchange.ts"

const iamPath = "/iam/v1/tokens"
const metadataPath = "/computeMetadata/v1/instance/service-accounts/default/token"

/** Of both installations; the emulator's own address is right as well. */
const documentedAudiences = ["https://iam.api.cloud.yandex.net", "https://iam.api.yandexcloud.kz"].map(
  (host) => host + iamPath
)

const decodeIamRequest = Schema.decodeUnknownOption(
  Schema.Union([Schema.Struct({ yandexPassportOauthToken: Schema.String }), Schema.Struct({ jwt: Schema.String })])
)

/** Without credentials for the cloud, tokens are given to anybody who asks in the right form. */
export const layer = ({ cloud }: Credentials = {}) =>
  HttpRouter.addAll(
    Effect.gen(function* () {
      const gate = yield* Gate
      const tokens = yield* Tokens

      const iam = Effect.gen(function* () {
        const request = yield* HttpServerRequest.HttpServerRequest
        const input = decodeIamRequest(yield* Effect.orElseSucceed(request.json, () => undefined))
        if (Option.isNone(input)) return badRequest("identity", "expected yandexPassportOauthToken or jwt")
        const audiences = [...documentedAudiences, `http://${request.headers.host}${iamPath}`]
        const problem = cloud && problemOf(cloud, input.value, audiences, yield* Clock.currentTimeMillis)
        if (problem !== undefined) return refuse(401, problem)
        const { expiresAt, token } = yield* tokens.issue
        return dialect.answer({ iamToken: Redacted.value(token), expiresAt: cloudTime(expiresAt) })
      })

      const metadata = Effect.gen(function* () {
        const { headers } = yield* HttpServerRequest.HttpServerRequest
        if (headers["metadata-flavor"] !== "Google") {
          return HttpServerResponse.text("Missing Metadata-Flavor: Google header\n", { status: 403 })
        }
        return bearer(yield* tokens.issue)
      })

      const exchange = Effect.gen(function* () {
        const request = yield* HttpServerRequest.HttpServerRequest
        const form = yield* Effect.orElseSucceed(request.urlParamsBody, () => UrlParams.empty)
        const problem = TokenExchange.problemOf(UrlParams.toRecord(form), cloud && (cloud.workloadIdentity ?? []))
        return problem === undefined ? bearer(yield* tokens.issue) : dialect.answer(problem, 400)
      })

      const open = <R>(answer: Routes.Answer<R>) => gate.passOpen(dialect, { kind: "token" }, answer)

      return [
        ...Routes.at(gate, dialect, iamPath, { POST: open(iam) }),
        ...Routes.at(gate, dialect, metadataPath, { GET: open(metadata) }),
        ...Routes.at(gate, dialect, "/oauth/token", { POST: open(exchange) })
      ]
    })
  )

const bearer = ({ lifetimeSeconds, token }: Issued) =>
  dialect.answer({ access_token: Redacted.value(token), expires_in: lifetimeSeconds, token_type: "Bearer" })

const problemOf = (
  { oauth, serviceAccountKeys }: NonNullable<Credentials["cloud"]>,
  request: { readonly jwt: string } | { readonly yandexPassportOauthToken: string },
  audiences: ReadonlyArray<string>,
  now: number
): string | undefined => {
  if ("jwt" in request) return Jwt.problemOf(request.jwt, { keys: serviceAccountKeys ?? [], audiences, now })
  return isKnown(oauth, request.yandexPassportOauthToken) ? undefined : "OAuth token is invalid or expired"
}
