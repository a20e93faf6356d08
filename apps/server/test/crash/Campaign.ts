/** The server on two providers, thousands of operations tracked and listened to, and kills at random moments. */
import * as Arr from "effect/Array"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Random from "effect/Random"
import * as Schedule from "effect/Schedule"
import * as Providers from "../Providers.ts"
import * as Audience from "./Audience.ts"
import * as Hooks from "./Hooks.ts"
import * as KilledServer from "./KilledServer.ts"
import * as Ledger from "./Ledger.ts"
import * as Scripts from "./Scripts.ts"
import * as Tracking from "./Tracking.ts"

export interface Options {
  readonly kills: number
  readonly crowd: number
  /** How many are tracked by one request. */
  readonly batchSize: number
  readonly seed: string
  /** How long the longest operation takes, in milliseconds. */
  readonly longest: number
  /** One of so many operations is looked at in full. */
  readonly oneOf: number
  /** As `OPWATCH_DATABASE_URL` says it. */
  readonly database: string
}

const json = { "content-type": "application/json" }

/** How many are lost. */
const vanishing = 10

/** One request in twenty goes wrong. */
const faults = ["throttled", "internal", "reset", "truncated", "unavailable"].map((kind, index) => ({
  kind,
  rate: 0.01,
  seed: index
}))

/** What was found wrong, and what there was. */
export const run = Effect.fnUntraced(function* (options: Options) {
  const { batchSize, crowd, database, kills, longest, oneOf, seed } = options
  const began = performance.now()
  const seconds = () => Math.round((performance.now() - began) / 100) / 10
  const random = yield* Random.withSeed(Random.Random, seed)
  const upTo = (millis: number) => Math.round(random.nextDoubleUnsafe() * millis)

  yield* Providers.control("PUT", "faults", faults)
  const server = yield* KilledServer.make({
    OPWATCH_CONFIG: yield* Providers.configuration,
    OPWATCH_DATABASE_URL: database
  })
  yield* server.start

  const operations = Scripts.make(crowd, { chance: () => random.nextDoubleUnsafe(), longest, vanishing })
  const last = operations.slice(-1)
  const [first = [], ...others] = Arr.chunksOf(operations.slice(0, -1), batchSize)
  const hooks = yield* Hooks.make(() => random.nextDoubleUnsafe())
  const subscription = { method: "POST", headers: json, body: JSON.stringify({ url: `${hooks.url}/all` }) }
  const subscribed = yield* server.ask("/v1/subscriptions", subscription)
  if (subscribed.status !== 201) throw new Error(subscribed.text)
  const tracking = Tracking.make(server, `${hooks.url}/own`)
  const followers: Array<Audience.Follower> = []
  const begin = Effect.fnUntraced(function* (batch: ReadonlyArray<Scripts.Scripted>) {
    yield* Providers.place(batch.map(({ script }) => script))
    yield* Tracking.send(tracking, batch)
    for (const { ref } of batch.slice(-1)) followers.push(yield* Audience.follower(server, ref))
  })
  const readers = yield* Audience.readers(server, () => 200 + upTo(800))
  yield* Providers.place(last.map(({ script }) => script))
  yield* begin(first)
  const isSeen = ({ told }: (typeof readers)[number]["reader"]) => new Set(told.map(({ ref }) => ref)).size
  yield* Ledger.eventually(() => readers.some(({ reader }) => isSeen(reader) === batchSize))
  yield* Providers.place(first.slice(0, vanishing).map(Scripts.forgotten))

  const pause = (kills * 600) / others.length
  const sending = yield* Effect.forkScoped(
    Effect.forEach(others, (batch) => Effect.andThen(Effect.sleep(upTo(pause)), begin(batch)), {
      concurrency: 2,
      discard: true
    })
  )
  /** While it starts, as a batch comes, or at any time. */
  const moment = Effect.suspend(() => {
    const kind = upTo(2)
    if (kind === 0) return Effect.sleep(upTo(1_000))
    const sent = Effect.timeoutOption(Deferred.await(tracking.sending()), "1 second")
    return server.up.pipe(
      Effect.andThen(kind === 1 ? sent : Effect.void),
      Effect.andThen(Effect.sleep(upTo(kind === 1 ? 20 : 1_000)))
    )
  })
  yield* moment.pipe(
    Effect.andThen(server.kill),
    Effect.andThen(server.start),
    Effect.repeat(Schedule.recurs(kills - 1))
  )
  const killed = seconds()
  yield* Fiber.join(sending)
  const sent = seconds()

  const isDone = ({ done }: { readonly done: number }) => done === crowd - last.length
  const summary = Ledger.json(server, "/v1/summary?label=campaign%3Dcrash&wait=10s")
  yield* Effect.repeat(summary, { until: isDone })
  const done = seconds()

  hooks.mend()
  yield* server.setClock(3_600_000)
  yield* Tracking.send(tracking, last)

  const all = yield* Ledger.events(server, crowd)
  const ends = all.filter(({ done, type }) => done && type !== "operation.overdue")
  const missing = () => [
    ...hooks.missing("/all", ends),
    ...hooks.missing(
      "/own",
      ends.filter(({ ref }) => Tracking.hasHook(ref))
    )
  ]
  yield* Ledger.eventually(() => missing().length === 0)
  const told = seconds()
  yield* Ledger.eventually(() => readers.every(({ findings }) => findings(all).length === 0))
  yield* Ledger.eventually(() => followers.every(({ isOver }) => isOver()))
  const samples = operations.filter((_, index) => index % oneOf === 0)
  const findings = [
    ...(yield* Ledger.findings(server, { all, operations, samples })),
    ...missing(),
    ...readers.flatMap(({ findings }) => findings(all)),
    ...(yield* Effect.forEach(followers, ({ findings }) => findings(all))).flat()
  ]
  const figures = {
    kills,
    operations: crowd,
    events: all.length,
    read: readers.reduce((sum, { reader }) => sum + reader.told.length, 0),
    connections: [...readers, ...followers].reduce((sum, { reader }) => sum + reader.connections, 0),
    deliveries: hooks.count(),
    deliveredAgain: hooks.repeats(),
    batchesSentAgain: tracking.repeats(),
    startMillis: server.startTimes.map(Math.round),
    seconds: { killed, sent, done, told, all: seconds() }
  }
  return { findings, figures, said: server.said() }
})
