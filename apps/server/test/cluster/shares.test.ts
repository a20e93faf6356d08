/**
 * Operations that three servers share, beside one server that has them all: who polls how much, how each of them ends, and how many
 * polls that takes. `OPWATCH_CROWD` and `OPWATCH_SEED` make a campaign of it.
 */
import { assert, layer } from "@effect/vitest"
import { Emulator } from "@opwatch/emulator/Emulator"
import { PostgresServer } from "@opwatch/store/test/PostgresServer"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import type { Scope } from "effect/Scope"
import * as Scripts from "../crash/Scripts.ts"
import * as Providers from "../Providers.ts"
import { isCampaign } from "./Campaign.ts"
import * as Nodes from "./Nodes.ts"

const crowd = Number(process.env["OPWATCH_CROWD"] ?? 300)
const seed = process.env["OPWATCH_SEED"] ?? "shares"
const isShort = crowd <= 2_000

/** In milliseconds: within how long all are tracked, and how long they take. The first ends when the last is tracked. */
const times = isShort
  ? { tracked: 100, shortest: 2_000, longest: 5_000 }
  : { tracked: 200_000, shortest: 210_000, longest: 400_000 }

const batches = isShort ? 12 : 100

/** As many polls more than one server makes, as a part of those. */
const excess = 0.05

const sum = (values: ReadonlyArray<number>) => values.reduce((total, value) => total + value, 0)

const json = (url: string) => Effect.map(Nodes.ask(url), (text) => JSON.parse(text))

/** How often each operation was polled, by its id. */
const counted = Effect.gen(function* () {
  const requests: { readonly operations: Readonly<Record<string, { readonly get: number }>> } = JSON.parse(
    yield* Providers.control("GET", "requests")
  )
  return new Map(Object.entries(requests.operations).map(([id, { get }]) => [id, get]))
})

interface Page {
  readonly operations: ReadonlyArray<{ readonly ref: string; readonly state: string }>
  readonly nextPageToken?: string
}

/** The state of each operation, by its reference. */
const states = Effect.fnUntraced(function* (url: string) {
  const found: Record<string, string> = {}
  for (let token: string | undefined = ""; token !== undefined;) {
    const from = token === "" ? "" : `&pageToken=${encodeURIComponent(token)}`
    const page: Page = yield* json(`${url}/v1/operations?pageSize=1000${from}`)
    for (const { ref, state } of page.operations) found[ref] = state
    token = page.nextPageToken
  }
  return found
})

/** Has all tracked, by one server after another, on a provider of its own, and waits until each has ended. */
const run = Effect.fnUntraced(
  function* (
    scripts: ReadonlyArray<Scripts.Scripted>,
    start: (
      nodes: Effect.Success<ReturnType<typeof Nodes.make>>
    ) => Effect.Effect<ReadonlyArray<Nodes.Node>, never, Scope>
  ) {
    const urls = (yield* start(yield* Nodes.make())).map(({ url }) => url)
    const held = Effect.forEach(urls, (url) => Nodes.metric(url, "opwatch_partitions"))
    yield* Nodes.eventually(held, (counts) => sum(counts) === 64 && counts.every((count) => count > 0))
    for (const [index, batch] of Arr.chunksOf(scripts, Math.ceil(crowd / batches)).entries()) {
      yield* Providers.place(batch.map(({ script }) => script))
      yield* Nodes.track(
        urls[index % urls.length] ?? "",
        batch.map(({ ref }) => ref)
      )
      yield* Effect.sleep(times.tracked / batches)
    }
    const partitions = yield* held
    const polled = yield* Effect.forEach(urls, Nodes.polled)
    const isDone = ({ done }: { readonly done: number }) => done === crowd
    for (const url of urls) yield* Effect.repeat(json(`${url}/v1/summary?wait=30s`), { until: isDone })
    return { partitions, polled, polls: yield* counted, states: yield* Effect.forEach(urls, states) }
  },
  Effect.scoped,
  Effect.provide(Emulator.layer({ builtin: false }))
)

/** Of the polls that one makes and the other does not, each operation by itself: their sum and its standard error. */
const difference = (polls: ReadonlyMap<string, number>, others: ReadonlyMap<string, number>) => {
  const each = Array.from(others, ([id, count]) => (polls.get(id) ?? 0) - count)
  const mean = sum(each) / crowd
  const variance = sum(each.map((value) => (value - mean) ** 2)) / (crowd - 1)
  return { sum: mean * crowd, error: Math.sqrt(variance * crowd) }
}

layer(PostgresServer.layer, { excludeTestServices: true })("Three servers", (it) => {
  it.effect.runIf(isCampaign)(
    `poll ${crowd} operations in even shares to their ends, with hardly more polls than one server makes (seed ${seed})`,
    () =>
      Effect.gen(function* () {
        const random = yield* Random.withSeed(Random.Random, seed)
        const { longest, shortest } = times
        const chance = () => (shortest + random.nextDoubleUnsafe() * (longest - shortest)) / longest
        const scripts = Scripts.make(crowd, { chance, longest, vanishing: 0 })

        const three = run(scripts, ({ start }) => Effect.replicateEffect(start(), 3, { concurrency: "unbounded" }))
        const one = run(scripts, ({ alone }) => Effect.replicateEffect(alone, 1))
        const [shared, single] = yield* Effect.all([three, one], { concurrency: isShort ? 2 : 1 })

        const { partitions, polled } = shared
        const polls = sum([...single.polls.values()])
        const more = difference(shared.polls, single.polls)
        yield* Effect.logInfo({ partitions, polled, polls, more: more.sum / polls, error: more.error / polls })
        assert.strictEqual(sum(partitions), 64)
        for (const count of partitions) assert.isTrue(count >= 12 && count <= 30, partitions.join(", "))
        const ends = Object.fromEntries(scripts.map(({ ref, state }) => [ref, state]))
        for (const found of [...shared.states, ...single.states]) assert.deepStrictEqual(found, ends)
        // Of a few operations chance moves the sum by some percent.
        const most = excess * polls + (isShort ? 3 * more.error : 0)
        assert.isAtMost(more.sum, most)
      }),
    isShort ? 180_000 : 3 * (times.tracked + times.longest)
  )
})
