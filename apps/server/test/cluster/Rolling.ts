/** A rolling restart of three servers under load, and what became of every operation, event, webhook and request. */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Random from "effect/Random"
import * as Hooks from "../crash/Hooks.ts"
import * as Ledger from "../crash/Ledger.ts"
import * as Scripts from "../crash/Scripts.ts"
import * as Verdict from "../crash/Verdict.ts"
import * as Providers from "../Providers.ts"
import * as Balancer from "./Balancer.ts"
import * as Members from "./Members.ts"
import * as PollTimes from "./PollTimes.ts"
import * as Readers from "./Readers.ts"
import * as Spread from "./Spread.ts"

/** Times in milliseconds. */
export interface Options {
  readonly crowd: number
  readonly rounds: number
  readonly seed: string
  /** From one poll of an operation to the next, at most. */
  readonly interval: number
  /** From one restart to the next, at least. */
  readonly pace: number
}

/** How long the longest operation takes, and how far apart those come that are tracked by one request. */
const longest = 5_000
const between = 250

export const run = Effect.fnUntraced(function* ({ crowd, interval, pace, rounds, seed }: Options) {
  const random = yield* Random.withSeed(Random.Random, seed)
  const chance = () => random.nextDoubleUnsafe()
  const span = pace * (3 * rounds + 1)
  const scripts = Scripts.make(crowd, { chance, longest, vanishing: 0 })
  const batches = Arr.chunksOf(scripts, Math.ceil((crowd * between) / span))

  const polling = { price: `${interval}ms`, maxInterval: `${interval}ms` }
  const member = yield* Members.make({ polling })
  const members = yield* Effect.all([member, member, member])
  yield* Effect.forEach(members, ({ start }) => start, { concurrency: "unbounded" })
  const urls = members.map(({ url }) => url)
  const balancer = Balancer.make(urls)
  const polls = yield* PollTimes.make
  const hooks = yield* Hooks.make(() => 1)
  yield* balancer.request("/v1/subscriptions", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ url: `${hooks.url}/all` })
  })
  const audience = yield* Readers.make(urls)
  yield* audience.open([0, 1, 2].flatMap(listenersFrom))

  const began = Date.now()
  const tracked = new Map<string, number>()
  const track = Effect.fnUntraced(function* (batch: ReadonlyArray<Scripts.Scripted>) {
    yield* Providers.place(batch.map(({ script }) => script))
    yield* balancer.track(batch.map(({ ref }) => ({ ref })))
    for (const { ref } of batch) tracked.set(ref, Date.now())
    yield* audience.wait(batch.slice(-1).map(({ ref }) => ({ ref, first: Math.floor(chance() * 3) })))
  })
  const loading = yield* Effect.forkScoped(
    Effect.forEach(
      batches,
      (batch, index) => Effect.andThen(Effect.sleep(Math.max(0, began + index * between - Date.now())), track(batch)),
      { discard: true }
    )
  )
  const user = yield* Effect.suspend(() => {
    const refs = [...tracked.keys()]
    const ref = refs[Math.floor(chance() * refs.length)]
    const paths = ["/v1/summary", "/v1/operations?pageSize=20", ...(ref === undefined ? [] : [`/v1/operations/${ref}`])]
    return balancer.request(paths[Math.floor(chance() * paths.length)] ?? "/v1/summary")
  }).pipe(Effect.andThen(Effect.sleep("20 millis")), Effect.forever, Effect.forkScoped)

  const restarts: Array<Restart> = []
  for (const [index, { start, stop }] of Array.from({ length: rounds }, () => members)
    .flat()
    .entries()) {
    yield* Effect.sleep(Math.max(0, began + (index + 1) * pace - Date.now()))
    const from = Date.now()
    yield* stop
    const stopped = Date.now()
    yield* start
    restarts.push({ from, stopped, until: Date.now() })
  }
  yield* Fiber.join(loading)
  const sent = Date.now()

  const { events, findings, latencies, waits } = yield* audience.judge(crowd)
  yield* Fiber.interrupt(user)
  const ends = [...events.values()].filter(({ done }) => done)
  yield* Ledger.eventually(() => hooks.missing("/all", ends).length === 0)

  const delays = ends.map(({ at, finishedAt, ref }) => ({
    at,
    late: at - Math.max(finishedAt, tracked.get(ref) ?? NaN)
  }))
  const before = (restarts[0]?.from ?? NaN) - began
  const isUsual = ({ at }: { readonly at: number }) => at - began < before
  const late = (some: typeof delays) => Spread.of(some.map(({ late }) => late))
  return {
    findings: [
      ...Verdict.differences("the ends", lines(ends), lines(scripts)),
      ...findings,
      ...balancer.others(),
      ...hooks.missing("/all", ends)
    ],
    delays: delays.map(({ late }) => late),
    said: members.map(({ said }) => said()).join(""),
    figures: {
      operations: crowd,
      events: events.size,
      deliveries: hooks.count(),
      deliveredAgain: hooks.repeats(),
      requests: balancer.counts(),
      restarts: restarts.map(({ from, stopped, until }) => ({
        at: from - began,
        stop: stopped - from,
        start: until - stopped
      })),
      latestEnds: delays
        .toSorted((one, other) => other.late - one.late)
        .slice(0, 5)
        .map(({ at, late }) => ({ at: at - began, late })),
      millis: { restarted: (restarts.at(-1)?.until ?? NaN) - began, sent: sent - began },
      endsLate: { before: late(delays.filter(isUsual)), after: late(delays.filter((one) => !isUsual(one))) },
      pollGaps: {
        before: Spread.of(polls.gaps(began, began + before)),
        after: Spread.of(polls.gaps(began + before, restarts.at(-1)?.until ?? NaN))
      },
      readers: Spread.of(latencies),
      waiters: Spread.of(waits.latencies)
    }
  }
})

interface Restart {
  readonly from: number
  readonly stopped: number
  /** When it was ready again. */
  readonly until: number
}

const lines = (known: ReadonlyArray<{ readonly ref: string; readonly state: string }>) =>
  known.map(({ ref, state }) => `${ref} ${state}`).toSorted()

/** Begin at this server: one of all events that stays, one that goes now and then, and two with a filter. */
const listenersFrom = (first: number): ReadonlyArray<Readers.Listener> => [
  { reader: { path: "/v1/events", first }, concerns: () => true },
  { reader: { path: "/v1/events", after: "0", first, patience: 700 }, concerns: () => true },
  { reader: { path: "/v1/events?source=toloka", first }, concerns: ({ ref }) => ref.startsWith("toloka/") },
  { reader: { path: "/v1/events?state=succeeded", first }, concerns: ({ state }) => state === "succeeded" }
]
