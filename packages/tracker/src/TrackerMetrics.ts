/** What the tracker counts and measures. Labels are sources, states, outcomes and names of methods, never ids. */
import type { OperationState } from "@opwatch/core/OperationState"
import type { ProviderError } from "@opwatch/core/ProviderError"
import type { SourceName } from "@opwatch/core/Reference"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import type { ChangeType } from "@opwatch/core/Change"
import * as Monotonic from "./Monotonic.ts"
import type { Store } from "./Store.ts"

export type Outcome = "changed" | "unchanged" | "notFound" | "throttled" | "unavailable" | "refused"

export const outcomeOf = ({ reason }: ProviderError): Outcome => {
  switch (reason._tag) {
    case "OperationNotFound":
      return "notFound"
    case "Throttled":
      return "throttled"
    case "Unavailable":
    case "MalformedAnswer":
      return "unavailable"
    default:
      return "refused"
  }
}

export interface TrackerMetrics {
  /** So many more operations of a source are polled in this state, or fewer. */
  readonly operations: (source: SourceName, state: OperationState, difference: 1 | -1) => void
  readonly poll: (source: SourceName, outcome: Outcome) => void
  /** Why a poll failed. */
  readonly pollError: (source: SourceName, error: ProviderError) => void
  /** A poll began so many milliseconds after it was due. */
  readonly lateness: (source: SourceName, millis: number) => void
  /** What polls of a source cost now, in milliseconds of lateness, and how many a second may begin. */
  readonly budget: (source: SourceName, now: { readonly price: number; readonly requests: number }) => void
  /** So many partitions are polled here. */
  readonly partitions: (count: number) => void
  readonly change: (type: ChangeType) => void
  /** An observation was dropped because its partition is another's by now. */
  readonly fenced: () => void
  /** The time that an effect of the store takes, whatever comes of it. */
  readonly timed: (method: keyof Store["Service"]) => <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
}

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

const operations = (source: string, state: string) =>
  Metric.gauge("opwatch_operations", {
    description: "Operations that are tracked and polled",
    attributes: { source, state }
  })
const polls = (source: string, outcome: string) =>
  Metric.counter("opwatch_polls_total", {
    description: "Polls by what came of them",
    attributes: { source, outcome },
    incremental: true
  })
const pollErrors = (source: string, reason: string) =>
  Metric.counter("opwatch_poll_errors_total", {
    description: "Polls that failed, by reason",
    attributes: { source, reason },
    incremental: true
  })
const lateness = (source: string) =>
  Metric.histogram("opwatch_poll_lateness_seconds", {
    description: "How much later than planned polls began",
    attributes: { source },
    boundaries: seconds
  })
const price = (source: string) =>
  Metric.gauge("opwatch_poll_price_seconds", {
    description: "The lateness that a poll is worth now; it rises where plans want more polls than the budget has",
    attributes: { source }
  })
const budget = (source: string) =>
  Metric.gauge("opwatch_poll_budget_per_second", {
    description: "Polls a second that may begin",
    attributes: { source }
  })
const partitions = Metric.gauge("opwatch_partitions", {
  description: "Partitions of all operations that are polled here, of 64"
})
const changes = (type: string) =>
  Metric.counter("opwatch_changes_total", {
    description: "Changes that were stored",
    attributes: { type },
    incremental: true
  })
const fenced = Metric.counter("opwatch_fenced_total", {
  description: "Observations that were dropped, as another server had taken over",
  incremental: true
})
const store = (method: string) =>
  Metric.histogram("opwatch_store_seconds", {
    description: "How long the store took",
    attributes: { method },
    boundaries: seconds
  })

export const make: Effect.Effect<TrackerMetrics> = Effect.map(Effect.context<never>(), (context) => {
  const operationsOf = kept(operations)
  const pollsOf = kept(polls)
  const pollErrorsOf = kept(pollErrors)
  const latenessOf = kept(lateness)
  const priceOf = kept(price)
  const budgetOf = kept(budget)
  const changesOf = kept(changes)
  const storeOf = kept(store)
  const clock = Context.get(context, Clock.Clock)

  return {
    operations: (source, state, difference) => operationsOf(source, state).modifyUnsafe(difference, context),
    poll: (source, outcome) => pollsOf(source, outcome).updateUnsafe(1, context),
    pollError: (source, { reason: { _tag: tag } }) =>
      pollErrorsOf(source, tag.charAt(0).toLowerCase() + tag.slice(1)).updateUnsafe(1, context),
    lateness: (source, millis) => latenessOf(source).updateUnsafe(millis / 1_000, context),
    budget: (source, { price, requests }) => {
      priceOf(source).updateUnsafe(price / 1_000, context)
      budgetOf(source).updateUnsafe(requests, context)
    },
    partitions: (count) => partitions.updateUnsafe(count, context),
    change: (type) => changesOf(type).updateUnsafe(1, context),
    fenced: () => fenced.updateUnsafe(1, context),
    timed: (method) => (self) =>
      Effect.suspend(() => {
        const start = Monotonic.millis(clock)
        return Effect.onExit(self, () =>
          Effect.sync(() => storeOf(method).updateUnsafe((Monotonic.millis(clock) - start) / 1_000, context))
        )
      })
  }
})

/** One metric for each combination of labels, made when it is first used. */
const kept = <Labels extends ReadonlyArray<string>, A>(make: (...labels: Labels) => A) => {
  const made = new Map<string, A>()
  return (...labels: Labels): A => {
    const key = labels.join(" ")
    const found = made.get(key) ?? make(...labels)
    made.set(key, found)
    return found
  }
}
