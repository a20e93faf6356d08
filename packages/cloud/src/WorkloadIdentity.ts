/** Workload identity: a token of somebody else's identity provider, such as a CI system's, exchanged for an IAM token. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpBody from "effect/http/HttpBody"
import * as UrlParams from "effect/http/UrlParams"
import * as Redacted from "effect/Redacted"
import { isObject } from "@opwatch/core/FieldReader"
import type { SourceName } from "@opwatch/core/Reference"
import * as Authorization from "@opwatch/rest/Authorization"
import * as Refusal from "@opwatch/rest/Refusal"
import * as RestClient from "@opwatch/rest/RestClient"
import type { Issuer } from "@opwatch/rest/Token"
import * as AccessToken from "./AccessToken.ts"
import * as TokenRefusal from "./TokenRefusal.ts"

export interface WorkloadIdentityOptions {
  readonly source: SourceName
  readonly authUrl: string
  readonly serviceAccountId: string
}

export const make = Effect.fnUntraced(function* ({ authUrl, serviceAccountId, source }: WorkloadIdentityOptions) {
  const client = yield* RestClient.make({
    source,
    url: authUrl,
    authorization: Authorization.none,
    rateLimit: { requests: 5, per: Duration.seconds(1) },
    judge
  })
  /** `subject` is the token to exchange. */
  return (subject: Redacted.Redacted<string>): Issuer => {
    const body = HttpBody.urlParams(
      UrlParams.fromInput({
        grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
        requested_token_type: "urn:ietf:params:oauth:token-type:access_token",
        audience: serviceAccountId,
        subject_token: Redacted.value(subject),
        subject_token_type: "urn:ietf:params:oauth:token-type:id_token"
      })
    )
    const answer = client.json({ method: "POST", path: "/oauth/token", body, secret: subject, secretAnswer: true })
    return Effect.flatMap(answer, (json) => AccessToken.read(source, "the token exchange", json))
  }
})

/** Errors come as `{error, error_description}` with status 400: the credential is not accepted. */
const judge = (refusal: Refusal.Refusal): RestClient.Judgement => {
  const reason = TokenRefusal.reasonOf(Refusal.reasonByStatus(refusal))
  const { error, error_description } = isObject(refusal.body) ? refusal.body : {}
  if (typeof error !== "string") return { reason }
  const described = typeof error_description === "string" ? error_description : error
  return {
    reason,
    code: error,
    message: `the token exchange refused: ${described}`,
    hint: "check the token that is exchanged, and that the service account trusts its issuer"
  }
}
