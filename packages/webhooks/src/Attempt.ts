/** One attempt at a delivery: signed as of Standard Webhooks, and what its outcome means for the delivery. */
import * as Monotonic from "@opwatch/tracker/Monotonic"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Result from "effect/Result"
import type { Answer, HttpSender } from "./HttpSender.ts"
import { NoAnswer } from "./HttpSender.ts"
import * as RetryPlan from "./RetryPlan.ts"
import * as WebhookMetrics from "./WebhookMetrics.ts"
import * as WebhookSecret from "./WebhookSecret.ts"
import type { Claimed, Outcome } from "./WebhookStore.ts"

export const make = Effect.fn("Webhook.attempt")(function* (send: HttpSender, userAgent: string, claim: Claimed) {
  const { body, id, secret, url } = claim
  const clock = yield* Clock.Clock
  const began = Monotonic.millis(clock)
  const timestamp = Math.floor(clock.currentTimeMillisUnsafe() / 1000)
  const headers = {
    "content-type": "application/json",
    "user-agent": userAgent,
    "webhook-id": id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": WebhookSecret.sign(secret, { id, timestamp, body })
  }
  const answer = yield* send({ url, headers, body }).pipe(
    Effect.catchDefect((defect) =>
      Effect.andThen(
        Effect.logError("a webhook could not be sent", defect),
        new NoAnswer({ message: "it could not be sent: the server's log says why" })
      )
    ),
    Effect.result
  )
  const now = clock.currentTimeMillisUnsafe()
  yield* Metric.update(WebhookMetrics.seconds, (Monotonic.millis(clock) - began) / 1000)
  const random = yield* Random.next
  return judge(claim, answer, now, random)
})

const judge = (claim: Claimed, answer: Result.Result<Answer, NoAnswer>, now: number, random: number): Outcome => {
  if (Result.isFailure(answer)) return failed(claim, { error: answer.failure.message }, now, undefined, random)
  const { retryAfter, status } = answer.success
  if (status >= 200 && status < 300) return { _tag: "Delivered", status }
  const error = `the receiver answered ${status}${status >= 300 && status < 400 ? "; redirects are not followed" : ""}`
  if (status === 410) return { _tag: "Gone", status, error: "the receiver answered 410: it wants no more" }
  const isAsked = (status === 429 || status === 503) && retryAfter !== undefined
  return failed(claim, { status, error }, now, isAsked ? RetryPlan.retryAfter(retryAfter, now) : undefined, random)
}

const failed = (
  { attempts, since }: Claimed,
  failure: { readonly status?: number; readonly error: string },
  now: number,
  floor: number | undefined,
  random: number
): Outcome =>
  Option.match(RetryPlan.next({ attempts: attempts + 1, since, now, floor, random }), {
    onNone: () => ({ _tag: "Dead", ...failure }),
    onSome: (nextAt) => ({ _tag: "Failed", ...failure, nextAt })
  })
