/**
 * Sends what is due. What it claims is its own for half a minute: a delivery whose attempt was cut off by a crash is tried
 * again then, here or by another server on the same database.
 */
import type { StoreError } from "@opwatch/tracker/StoreError"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FiberSet from "effect/FiberSet"
import * as Latch from "effect/Latch"
import * as Metric from "effect/Metric"
import * as Attempt from "./Attempt.ts"
import type { HttpSender } from "./HttpSender.ts"
import * as Lanes from "./Lanes.ts"
import * as Loop from "./Loop.ts"
import * as Settling from "./Settling.ts"
import * as WebhookMetrics from "./WebhookMetrics.ts"
import type { Claimed, Due, WebhookStore } from "./WebhookStore.ts"

/** Longer than an attempt and the storing of what came of it. */
const leaseMillis = 30_000

/** How often what others made, or left undone, is looked for. */
const lookMillis = 30_000

/** How long attempts under way when the server stops may take. */
const grace = Duration.seconds(1)

type Wanted = ReturnType<Lanes.Lanes["ready"]>

/** What was due and could not be claimed is in the hands of another server, which is about to say so. */
const contested = Duration.millis(50)

export interface Courier {
  /** Something is due there. */
  readonly expect: (due: Due) => void
  /** Something may be due anywhere. */
  readonly look: Effect.Effect<void>
}

export const make = Effect.fnUntraced(function* (options: {
  readonly webhooks: WebhookStore["Service"]
  readonly send: HttpSender
  readonly userAgent: string
}) {
  const { send, userAgent, webhooks } = options
  const lanes = Lanes.make()
  const stirred = yield* Latch.make()
  let lookedAt = -Infinity

  const expect = (due: Due) => {
    lanes.expect(due)
    stirred.openUnsafe()
  }
  const settling = yield* Settling.make({
    webhooks,
    onSettled: ({ claim, outcome }) => {
      lanes.end(claim.url, outcome._tag === "Delivered")
      if (outcome._tag === "Failed") lanes.expect({ url: claim.url, at: outcome.nextAt })
      stirred.openUnsafe()
    }
  })
  const underWay = yield* FiberSet.make<void>()
  const run = yield* FiberSet.runtime(underWay)<never>()

  const look: Effect.Effect<void, StoreError> = Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    if (Math.abs(now - lookedAt) < lookMillis) return
    lookedAt = now
    for (const due of yield* webhooks.due) lanes.expect(due)
    yield* Metric.update(WebhookMetrics.pending, yield* webhooks.countPending)
  }).pipe(Effect.onError(() => Effect.sync(() => (lookedAt = -Infinity))))
  const attempt = (claim: Claimed) =>
    Attempt.make(send, userAgent, claim).pipe(
      Effect.onInterrupt(() => Effect.sync(() => settling.settle(claim, { _tag: "Released" }))),
      Effect.flatMap((outcome) => Effect.sync(() => settling.settle(claim, outcome)))
    )
  const claim = Effect.fnUntraced(function* (wanted: Wanted, now: number) {
    for (const { url } of wanted) lanes.claim(url)
    const { claimed, due } = yield* webhooks.claim({ wanted, now, until: now + leaseMillis }).pipe(
      Effect.onError(() =>
        Effect.sync(() => {
          for (const { url } of wanted) lanes.expect({ url, at: now })
        })
      )
    )
    for (const claim of claimed) {
      lanes.begin(claim.url)
      run(attempt(claim))
    }
    for (const one of due) lanes.expect(one)
    if (claimed.length === 0) yield* Effect.sleep(contested)
  })
  const step: Effect.Effect<void, StoreError> = Effect.gen(function* () {
    yield* stirred.close
    yield* look
    const now = yield* Clock.currentTimeMillis
    const wanted = lanes.ready(now)
    if (wanted.length === 0) {
      const rest = Math.min(Math.max(lanes.nextDue() - now, 1), lookMillis)
      return yield* Effect.race(stirred.await, Effect.sleep(rest))
    }
    yield* claim(wanted, now)
  })

  yield* Effect.addFinalizer(() => Effect.timeoutOption(FiberSet.awaitEmpty(underWay), grace))
  yield* Effect.forkScoped(Loop.forever("the sending of webhooks", step))
  return {
    expect,
    look: Effect.sync(() => {
      lookedAt = -Infinity
      stirred.openUnsafe()
    })
  } satisfies Courier
})
