/** The OAuth form of a token answer, `{access_token, expires_in}`, as the metadata service and workload identity give it. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { Json } from "effect/Schema"
import { isObject } from "@opwatch/core/FieldReader"
import { MalformedAnswer, ProviderError } from "@opwatch/core/ProviderError"
import type { SourceName } from "@opwatch/core/Reference"
import type { IssuedToken } from "@opwatch/rest/Token"

const assumedSeconds = 3600

/** `who` gave the answer, for the message where it holds no token. */
export const read = (source: SourceName, who: string, answer: Json): Effect.Effect<IssuedToken, ProviderError> =>
  Effect.flatMap(Clock.currentTimeMillis, (now) => {
    const { access_token, expires_in } = isObject(answer) ? answer : {}
    if (typeof access_token !== "string" || access_token === "") {
      return Effect.fail(
        new ProviderError({ source, reason: new MalformedAnswer(), message: `the answer of ${who} has no token` })
      )
    }
    const seconds = typeof expires_in === "number" && expires_in > 0 ? expires_in : assumedSeconds
    return Effect.succeed({ token: Redacted.make(access_token), expiresAt: now + seconds * 1000 })
  })
