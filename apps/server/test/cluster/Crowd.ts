/**
 * Operations that change and end while something goes wrong with the servers of a cluster, and at each server somebody who reads
 * all events and somebody who waits: whether nothing was lost, and nobody was told anything else than the others.
 */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Random from "effect/Random"
import * as Client from "../crash/Client.ts"
import * as EventReader from "../crash/EventReader.ts"
import * as Ledger from "../crash/Ledger.ts"
import * as Scripts from "../crash/Scripts.ts"
import * as Verdict from "../crash/Verdict.ts"
import { until } from "../Process.ts"
import * as Providers from "../Providers.ts"
import * as LogLines from "./LogLines.ts"
import * as Nodes from "./Nodes.ts"

export interface Options {
  /** Three fifths of as many operations of the cloud end within the outage; twenty of Toloka last. */
  readonly count: number
  /** In seconds, at least. */
  readonly outage: number
}

/** As soon as something has changed it is seen. */
export const section = { polling: { maxInterval: "1s" } }

/** Those that last, until they are told to end. */
export const lasting = Array.from({ length: 20 }, (_, index) => `lasting-${index}`)

const refOf = (id: string) => `toloka/${id}`

const placeLasting = (set: object) =>
  Providers.place(
    lasting.map((id) => ({ api: "toloka", id, operation: { submitted: "2026-01-01T00:00:00" }, steps: [{ set }] }))
  )

const sum = (counts: ReadonlyArray<number>) => counts.reduce((total, count) => total + count, 0)

export const make = Effect.fnUntraced(function* (nodes: Arr.NonEmptyReadonlyArray<Nodes.Node>, options: Options) {
  const random = yield* Random.withSeed(Random.Random, "crowd")
  const scripts = Scripts.make(options.count, {
    chance: () => random.nextDoubleUnsafe(),
    longest: options.outage * 1_000,
    vanishing: 0
  }).filter(({ ref }) => ref.startsWith("cloud/"))
  const operations = [...scripts, ...lasting.map((id) => ({ ref: refOf(id), script: {}, state: "succeeded" }))]
  let stage = 0
  const placeStage = Effect.suspend(() => placeLasting({ status: "RUNNING", progress: 10 * stage }))

  yield* Providers.place(scripts.map(({ script }) => script))
  yield* placeStage
  const listeners = yield* Effect.forEach(nodes, (node, index) =>
    Effect.gen(function* () {
      const client = Client.make(node.url)
      const refs = operations.map(({ ref }) => ref).filter((_, place) => place % nodes.length === index)
      yield* Effect.forEach(Arr.chunksOf(refs, 500), (batch) => Nodes.track(node.url, batch))
      const reader = yield* EventReader.make(client, { path: "/v1/events", after: "0" })
      const wait = client.request(`/v1/operations/${refOf(`lasting-${index}`)}/wait?timeout=10m`)
      return { client, node, reader, waiting: yield* Effect.forkScoped(Effect.orDie(wait)) }
    })
  )
  const [{ client }] = listeners
  const readers = listeners.map(({ reader }) => reader)
  const told = (node: Nodes.Node) => listeners.find((one) => one.node === node)?.reader.told ?? []
  const endedFor = (node: Nodes.Node) => told(node).filter(({ done }) => done).length
  const seenBy = (node: Nodes.Node) =>
    until(() => {
      const progress = new Map(told(node).map((event) => [event.ref, event.progress]))
      return lasting.every((id) => progress.get(refOf(id)) === 10 * stage)
    })
  const isShared = Nodes.eventually(
    Effect.forEach(nodes, ({ url }) => Nodes.polled(url)),
    (counts) => sum(counts) + endedFor(nodes[0]) === operations.length && counts.every((count) => count > 0)
  )
  yield* Effect.forEach(nodes, seenBy)

  return {
    /** All that lasts comes to its next stage: 10 % more. */
    advance: Effect.suspend(() => {
      stage += 1
      return placeStage
    }),
    /** Until whoever reads at this server was told so. */
    seenBy,
    /** Until this server polls all there is to poll. */
    polledBy: (node: Nodes.Node) =>
      Nodes.eventually(Nodes.polled(node.url), (count) => count + endedFor(node) === operations.length),
    /** Until each server polls a part, and none what another polls. */
    isShared,
    /** Once nothing is left but what lasts and each server polls a part of it, that ends: what is wrong then. */
    findings: Effect.gen(function* () {
      yield* until(() => endedFor(nodes[0]) === scripts.length)
      yield* isShared
      yield* placeLasting({ status: "SUCCESS", progress: 100 })
      const all = yield* Ledger.events(client, operations.length)
      const ofReaders = () => readers.flatMap((reader) => Verdict.ofReader(reader, all, () => true))
      yield* Ledger.eventually(() => ofReaders().length === 0)
      const waited = yield* Effect.forEach(listeners, ({ waiting }) => Fiber.join(waiting))
      return [
        ...(yield* Ledger.findings(client, { all, operations, samples: operations })),
        ...ofReaders(),
        ...readers.flatMap(({ connections }) => (connections === 1 ? [] : [`a stream has ${connections} connections`])),
        ...waited.flatMap(({ text }) => (text.includes(`"state":"succeeded"`) ? [] : [`a wait ended with ${text}`])),
        ...nodes.flatMap(LogLines.findings)
      ].slice(0, 20)
    })
  }
})
