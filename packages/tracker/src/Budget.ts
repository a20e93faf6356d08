/**
 * The price of a poll on each source: the least where there is room for the polls that all plans want, and higher, for all of its
 * operations alike, where their number would exceed the source's budget. Looked at every few seconds.
 */
import type { BudgetShare } from "@opwatch/core/Cluster"
import * as PollBudget from "@opwatch/core/PollBudget"
import type { Provider } from "@opwatch/core/Provider"
import type { SourceName } from "@opwatch/core/Reference"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Census from "./Census.ts"
import type { Entries } from "./Entries.ts"
import type { Monitor } from "./Health.ts"
import * as Monotonic from "./Monotonic.ts"
import type { Plan } from "./Plan.ts"
import type { TrackerMetrics } from "./TrackerMetrics.ts"

export interface Budget {
  /** In milliseconds. */
  readonly price: (source: SourceName) => number
  /** Polls a second that may begin in this process; infinite without a budget. */
  readonly pollsPerSecond: (source: SourceName) => number
  /** Of each source that has a budget. */
  readonly shares: () => ReadonlyArray<BudgetShare>
}

const period = Duration.seconds(3)

/** By so much the price moves before what waits is planned anew: delays planned before are then √2 times too long or short. */
const largestDrift = 2

interface Prices {
  now: number
  /** Of those at which anything that waits may have been planned. */
  lowest: number
  highest: number
}

export const make = Effect.fnUntraced(function* (options: {
  readonly providers: ReadonlyMap<SourceName, Provider>
  readonly entries: Pick<Entries, "all">
  readonly plan: Plan
  readonly leastPrice: number
  /** The part of all operations that this process polls. */
  readonly share: () => number
  /** Polls that are due wait for others. */
  readonly isBehind: (source: SourceName) => boolean
  /** What waits was planned at the one price, or between both, and is to be at the other. */
  readonly replan: (source: SourceName, from: number, to: number) => Effect.Effect<void>
  readonly metrics: Pick<TrackerMetrics, "budget">
  readonly monitor: Pick<Monitor, "keep">
}) {
  const { entries, isBehind, leastPrice, metrics, monitor, plan, providers, replan, share } = options
  const clock = yield* Clock.Clock
  const limits = new Map(
    Array.from(providers).flatMap(([source, { pollsPerSecond }]) =>
      pollsPerSecond === undefined ? [] : [[source, pollsPerSecond] as const]
    )
  )
  const pricesOf = new Map(
    Array.from(limits.keys(), (source): [SourceName, Prices] => [
      source,
      { now: leastPrice, lowest: leastPrice, highest: leastPrice }
    ])
  )
  let part = 1

  const price: Budget["price"] = (source) => pricesOf.get(source)?.now ?? leastPrice
  const pollsPerSecond: Budget["pollsPerSecond"] = (source) => part * (limits.get(source) ?? Infinity)

  /** Polls a second at this price. A kind's plan may have to be made for it: others have their turn in between. */
  const wanted = (kinds: ReadonlyArray<Iterable<Census.Group>>) =>
    Effect.fnUntraced(function* (price: number) {
      let polls = 0
      for (const groups of kinds) {
        for (const group of groups) polls += group.count * PollBudget.rateOf(plan(group, group.age, price))
        yield* Effect.yieldNow
      }
      return polls
    })

  /** While polls come in time nothing has to wait longer because the price rose. */
  const settle = Effect.fnUntraced(function* (source: SourceName, prices: Prices, census: Census.Census) {
    const kinds = Array.from(census).flatMap(([kind, groups]) => (kind.source === source ? [[...groups.values()]] : []))
    if (kinds.length === 0 && prices.now === leastPrice) return
    const requests = pollsPerSecond(source)
    const price = yield* PollBudget.priceThatFits({ requests, leastPrice }, wanted(kinds), prices.now)
    metrics.budget(source, { price, requests })
    const { highest, lowest } = prices
    const hasFallen = highest / price >= largestDrift
    const hasRisen = price / lowest >= largestDrift && isBehind(source)
    const isReplanned = hasFallen || hasRisen
    prices.now = price
    prices.lowest = isReplanned ? price : Math.min(lowest, price)
    prices.highest = isReplanned ? price : Math.max(highest, price)
    if (isReplanned) yield* replan(source, hasFallen ? highest : lowest, price)
  })

  if (limits.size > 0) {
    yield* Effect.gen(function* () {
      yield* Effect.sleep(period)
      part = share()
      const census = yield* Census.take(entries.all(), Monotonic.millis(clock))
      for (const [source, prices] of pricesOf) yield* settle(source, prices, census)
    }).pipe((step) => monitor.keep("fitting polls to their budget", step), Effect.forever, Effect.forkScoped)
  }

  const shares: Budget["shares"] = () =>
    Array.from(limits.keys(), (source) => ({
      source,
      pollsPerSecond: pollsPerSecond(source),
      priceMillis: price(source)
    }))

  return { price, pollsPerSecond, shares } satisfies Budget
})
