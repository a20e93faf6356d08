/** Stores what came of attempts, those that end together in one. Until that is confirmed an attempt keeps its place. */
import type { StoreError } from "@opwatch/tracker/StoreError"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Metric from "effect/Metric"
import * as Loop from "./Loop.ts"
import * as WebhookMetrics from "./WebhookMetrics.ts"
import type { Claimed, Outcome, WebhookStore } from "./WebhookStore.ts"

interface Settled {
  readonly claim: Claimed
  readonly outcome: Outcome
}

export interface Settling {
  readonly settle: (claim: Claimed, outcome: Outcome) => void
}

/** How long those that end together are waited for. */
const pause = Duration.millis(5)

/** How long the last ones may take when the server stops; what is not stored is tried again. */
const grace = Duration.seconds(1)

export const make = Effect.fnUntraced(function* (options: {
  readonly webhooks: Pick<WebhookStore["Service"], "settle">
  readonly onSettled: (settled: Settled) => void
}) {
  const { onSettled, webhooks } = options
  const ended: Array<Settled> = []
  const some = yield* Latch.make()

  /** Those that are not stored stay for the next time; to store one twice changes nothing, as its claim is over. */
  const store: Effect.Effect<void, StoreError> = Effect.gen(function* () {
    const settled = [...ended]
    if (settled.length === 0) return
    const at = yield* Clock.currentTimeMillis
    yield* webhooks.settle(settled.map(({ claim, outcome }) => ({ claim, outcome, at })))
    ended.splice(0, settled.length)
    for (const one of settled) {
      yield* Metric.update(WebhookMetrics.deliveries(one.outcome._tag), 1)
      yield* tellEnd(one)
      onSettled(one)
    }
  })
  const step = Effect.gen(function* () {
    yield* some.await
    yield* some.close
    yield* Effect.sleep(pause)
    yield* Effect.onError(store, () => some.open)
  })
  yield* Effect.addFinalizer(() => Effect.ignore(Effect.timeoutOption(store, grace)))
  yield* Effect.forkScoped(Loop.forever("the storing of what came of webhooks", step))
  return {
    settle: (claim, outcome) => {
      ended.push({ claim, outcome })
      some.openUnsafe()
    }
  } satisfies Settling
})

/** The URL may hold a secret: whoever owns the delivery finds it by the id. */
const tellEnd = ({ claim: { id, url }, outcome }: Settled): Effect.Effect<void> => {
  if (outcome._tag !== "Dead" && outcome._tag !== "Gone") return Effect.void
  const told = Effect.logWarning(`a webhook to ${new URL(url).host} is dead: ${outcome.error}`)
  return Effect.annotateLogs(told, { delivery: id })
}
