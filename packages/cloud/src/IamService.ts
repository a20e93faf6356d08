/** The cloud's IAM service, which exchanges an OAuth token or a service account's signed assertion for an IAM token. */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpBody from "effect/http/HttpBody"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type { Json } from "effect/Schema"
import { isObject } from "@opwatch/core/FieldReader"
import { MalformedAnswer, Misconfigured, ProviderError, type Reason } from "@opwatch/core/ProviderError"
import type { SourceName } from "@opwatch/core/Reference"
import * as Timestamp from "@opwatch/core/Timestamp"
import * as Authorization from "@opwatch/rest/Authorization"
import type { Refusal } from "@opwatch/rest/Refusal"
import * as RestClient from "@opwatch/rest/RestClient"
import type { IssuedToken, Issuer } from "@opwatch/rest/Token"
import type { RateLimit } from "@opwatch/rest/Traffic"
import * as CloudError from "./CloudError.ts"
import * as ServiceAccountKey from "./ServiceAccountKey.ts"
import * as TokenRefusal from "./TokenRefusal.ts"

const path = "/iam/v1/tokens"

/** Tokens are issued rarely; this only keeps a mistake from becoming a flood. */
const rateLimit: RateLimit = { requests: 5, per: Duration.seconds(1) }

/** What an IAM token is taken to live where the answer does not say. */
const assumedLifetime = Duration.hours(1)

export const make = Effect.fnUntraced(function* (source: SourceName, iamUrl: string) {
  const client = yield* RestClient.make({
    source,
    url: iamUrl,
    authorization: Authorization.none,
    rateLimit,
    judge: judgeExchange
  })

  const exchange = Effect.fn("IamService.exchange")(function* (field: string, secret: Redacted.Redacted<string>) {
    const body = HttpBody.jsonUnsafe({ [field]: Redacted.value(secret) })
    const answer = yield* client.json({ method: "POST", path, body, secret, secretAnswer: true })
    const now = yield* Clock.currentTimeMillis
    return yield* Option.match(toToken(answer, now), {
      onSome: Effect.succeed,
      onNone: () =>
        Effect.fail(
          new ProviderError({ source, reason: new MalformedAnswer(), message: "the answer of IAM has no token" })
        )
    })
  })

  return {
    fromOauthToken: (token: Redacted.Redacted<string>): Issuer => exchange("yandexPassportOauthToken", token),
    /** Signed anew at each exchange. */
    fromServiceAccountKey: (text: Redacted.Redacted<string>): Issuer =>
      Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        const key = yield* ServiceAccountKey.parse(Redacted.value(text))
        return yield* ServiceAccountKey.assertion(key, `${iamUrl}${path}`, now)
      }).pipe(
        Effect.provide(ServiceAccountKey.signatures),
        Effect.mapError(({ message }) => {
          const problem = `source ${source}: the service account key: ${message}`
          return new ProviderError({ source, reason: new Misconfigured(), message: problem })
        }),
        Effect.flatMap((assertion) => exchange("jwt", assertion))
      )
  }
})

/** As everywhere in the cloud, but that what is refused is the credential that was to be exchanged. */
const judgeExchange = (refusal: Refusal): RestClient.Judgement => {
  const { message, reason: asOfAnOperation, ...rest } = CloudError.judge(refusal)
  const reason = TokenRefusal.reasonOf(asOfAnOperation)
  return {
    ...rest,
    reason,
    message: message === undefined ? undefined : `IAM gives no token: ${message}`,
    hint: hints[reason._tag]
  }
}

const hints: Partial<Record<Reason["_tag"], string>> = {
  Unauthenticated: "IAM does not accept the credential: is it of this installation, and still good?",
  Misconfigured: "check the iamUrl of this source"
}

const toToken = (answer: Json, now: number): Option.Option<IssuedToken> => {
  if (!isObject(answer)) return Option.none()
  const { expiresAt, iamToken } = answer
  if (typeof iamToken !== "string" || iamToken === "") return Option.none()
  const end = typeof expiresAt === "string" ? Timestamp.fromRfc3339(expiresAt) : Option.none()
  return Option.some({
    token: Redacted.make(iamToken),
    expiresAt: Option.match(end, {
      onNone: () => now + Duration.toMillis(assumedLifetime),
      onSome: Timestamp.toMillis
    })
  })
}
