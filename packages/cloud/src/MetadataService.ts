/** The metadata service of a cloud machine, which gives the token of the machine's service account. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { SourceName } from "@opwatch/core/Reference"
import * as Authorization from "@opwatch/rest/Authorization"
import * as Refusal from "@opwatch/rest/Refusal"
import * as RestClient from "@opwatch/rest/RestClient"
import type { Issuer } from "@opwatch/rest/Token"
import * as AccessToken from "./AccessToken.ts"
import * as TokenRefusal from "./TokenRefusal.ts"

const path = "/computeMetadata/v1/instance/service-accounts/default/token"

export const make = Effect.fnUntraced(function* (source: SourceName, metadataUrl: string) {
  const client = yield* RestClient.make({
    source,
    url: metadataUrl,
    authorization: Authorization.none,
    rateLimit: { requests: 5, per: Duration.seconds(1) },
    judge: (refusal) => ({
      reason: TokenRefusal.reasonOf(Refusal.reasonByStatus(refusal)),
      message: `the metadata service gives no token (status ${refusal.status})`,
      hint: "only a cloud machine with a service account has one"
    })
  })
  const headers = { "metadata-flavor": "Google" }
  const issuer: Issuer = Effect.flatMap(client.json({ method: "GET", path, headers, secretAnswer: true }), (answer) =>
    AccessToken.read(source, "the metadata service", answer)
  )
  return issuer
})
