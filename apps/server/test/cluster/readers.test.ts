/**
 * Many who listen at three servers, of which each polls a part: some with filters, some that go to another server now and then,
 * and some that wait at each. `OPWATCH_READERS`, `OPWATCH_CHANGES` (a second) and `OPWATCH_SECONDS` make a campaign of it.
 */
import { assert, it } from "@effect/vitest"
import { Emulator } from "@opwatch/emulator/Emulator"
import * as PostgresServer from "@opwatch/store/test/PostgresServer"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Providers from "../Providers.ts"
import { isCampaign } from "./Campaign.ts"
import * as Balancer from "./Balancer.ts"
import * as Members from "./Members.ts"
import * as Nodes from "./Nodes.ts"
import * as Readers from "./Readers.ts"
import * as Spread from "./Spread.ts"

const readers = Number(process.env["OPWATCH_READERS"] ?? 30)
const isShort = readers < 500
const changes = Number(process.env["OPWATCH_CHANGES"] ?? (isShort ? 20 : 50))
const seconds = Number(process.env["OPWATCH_SECONDS"] ?? (isShort ? 2 : 60))

/** What the 95th percentile has to stay below, in milliseconds, where there is nothing else to do. */
const limit = 500

/** Changes every second, and ends in the second half of the time. */
const scripts = Array.from({ length: changes }, (_, index) => {
  const [api, id] = [index % 2 === 0 ? "toloka" : "cloud", `op-${index}`]
  const end = Math.round(seconds * 1_000 * (0.5 + index / changes / 2))
  const steps = Array.from({ length: Math.floor(end / 1_000) }, (_, step) => ({
    after: step * 1_000 + 500,
    set: api === "toloka" ? { status: "RUNNING", progress: step } : { metadata: { step } }
  }))
  const last = api === "toloka" ? { status: index % 4 === 0 ? "SUCCESS" : "FAIL" } : { done: true, response: {} }
  return { ref: `${api}/${id}`, script: { api, id, steps: [...steps, { after: end, set: last }] } }
})

const groupOf = (index: number) => String(index % 10)

const listener = (index: number): Readers.Listener => {
  const first = index % 3
  const group = groupOf(Math.floor(index / 5))
  switch (index % 5) {
    case 0:
      return { reader: { path: "/v1/events", first }, concerns: () => true }
    case 1:
      return { reader: { path: "/v1/events", first, patience: 500 + 10 * index }, concerns: () => true }
    case 2:
      return {
        reader: { path: `/v1/events?label=group%3D${group}`, first },
        concerns: ({ labels }) => labels["group"] === group
      }
    case 3:
      return {
        reader: { path: "/v1/events?source=toloka", first, patience: 1_000 + 10 * index },
        concerns: ({ ref }) => ref.startsWith("toloka/")
      }
    default:
      return { reader: { path: "/v1/events?state=succeeded", first }, concerns: ({ state }) => state === "succeeded" }
  }
}

it.live.runIf(isCampaign)(
  `${readers} readers at three servers are told of each change once, in order and soon`,
  () =>
    Effect.gen(function* () {
      const member = yield* Members.make({ polling: { price: "1s", maxInterval: "1s" } })
      const members = yield* Effect.all([member, member, member])
      yield* Effect.forEach(members, ({ start }) => start, { concurrency: "unbounded" })
      const urls = members.map(({ url }) => url)
      const audience = yield* Readers.make(urls)
      yield* audience.open(Array.from({ length: readers }, (_, index) => listener(index)))

      yield* Providers.place(scripts.map(({ script }) => script))
      yield* Balancer.make(urls).track(scripts.map(({ ref }, index) => ({ ref, labels: { group: groupOf(index) } })))
      for (const url of urls) yield* Nodes.eventually(Nodes.polled(url), (count) => count > 0)
      const waited = scripts.filter((_, index) => index % Math.ceil(changes / 20) === 0)
      yield* audience.wait(waited.flatMap(({ ref }) => urls.map((_, first) => ({ ref, first }))))

      const { events, findings, latencies, reads, waits } = yield* audience.judge(scripts.length)
      const [toReaders, toWaiters] = [Spread.of(latencies), Spread.of(waits.latencies)]
      const connections = reads.reduce((sum, read) => sum + read.connections, 0)
      yield* Effect.logInfo({ readers, changes: events.size, connections, toReaders, toWaiters })
      assert.deepStrictEqual(findings.slice(0, 20), [])
      assert.notMatch(members.map(({ said }) => said()).join(""), /ERROR|FATAL|mistake in opwatch/)
      if (!isShort) assert.isBelow(Math.max(toReaders.p95, toWaiters.p95), limit)
    }).pipe(
      Effect.scoped,
      Effect.provide(Layer.merge(Emulator.layer({ builtin: false }), PostgresServer.PostgresServer.layer))
    ),
  120_000 + seconds * 2_000
)
