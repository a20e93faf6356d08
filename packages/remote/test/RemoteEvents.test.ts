import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { assert, describe, it } from "@effect/vitest"
import type { Operation } from "@opwatch/core/Operation"
import type { Provider, Told } from "@opwatch/core/Provider"
import * as Errors from "@opwatch/core/ProviderError"
import { SourceName } from "@opwatch/core/Reference"
import * as Timestamp from "@opwatch/core/Timestamp"
import * as Watch from "@opwatch/core/Watch"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as RemoteEvents from "../src/RemoteEvents.ts"
import * as ServerAddress from "../src/ServerAddress.ts"
import * as ServerClient from "../src/ServerClient.ts"
import { id, other, start, until } from "./Serving.ts"

const seconds = 20_000

/** A watch and what it has given so far. */
const follow = Effect.fnUntraced(function* (provider: Provider, options: Watch.WaitOptions = {}) {
  const events: Array<Watch.WatchEvent> = []
  const fiber = yield* Watch.wait(provider, id, options).pipe(
    Stream.runForEach((event) => Effect.sync(() => events.push(event))),
    Effect.exit,
    Effect.forkScoped
  )
  const said = () =>
    events.map((event) => (event._tag === "Observed" ? event.operation.state : event.error.reason._tag))
  return { events, said, exit: Fiber.join(fiber), fiber }
})

const last = (events: ReadonlyArray<Watch.WatchEvent>): Operation => {
  const event = events.at(-1)
  return event?._tag === "Observed" ? event.operation : assert.fail("not an observation")
}

describe("watching by way of a server", () => {
  it.live(
    "gives each change whole, with no poll but the server's, and ends after the final one",
    () =>
      Effect.gen(function* () {
        const { cloud, remote } = yield* start
        cloud.set(id, { progress: 10, raw: { n: 1 } })
        const { events, exit, said } = yield* follow(remote.cloud)
        yield* until(() => events.length === 1)
        cloud.set(id, { progress: 60, raw: { n: 2 } })
        yield* until(() => events.length === 2)
        const polls = cloud.counts.polls
        yield* until(() => cloud.counts.polls > polls)
        assert.lengthOf(events, 2)
        assert.deepInclude(last(events), { progress: 60, raw: { n: 2 } })
        const result = { large: "x".repeat(100_000) }
        cloud.set(id, { state: "succeeded", result })
        assert.isTrue(Exit.isSuccess(yield* exit))
        assert.deepStrictEqual(said(), ["running", "running", "succeeded"])
        assert.deepStrictEqual(last(events).result, result)
      }),
    seconds
  )

  it.live("says at once how one ended that has ended before", () =>
    Effect.gen(function* () {
      const { cloud, remote } = yield* start
      cloud.set(id, { state: "failed" })
      for (const _ of [1, 2]) assert.strictEqual((yield* Watch.result(Watch.watch(remote.cloud, id))).state, "failed")
      assert.strictEqual(cloud.counts.polls, 1)
    })
  )

  it.live(
    "passes on the server's setbacks, and that they are over",
    () =>
      Effect.gen(function* () {
        const { cloud, remote } = yield* start
        cloud.set(id, { state: "running" })
        const { events, said } = yield* follow(remote.cloud)
        yield* until(() => events.length === 1)
        cloud.set(id, new Errors.Unavailable({}))
        yield* until(() => said().includes("Unavailable"))
        const setback = events.find(Watch.$is("Setback")) ?? assert.fail("no setback")
        assert.deepInclude(setback.error, { code: "CODE", hint: "ask again", requestId: "req-1", traceId: "trace-1" })
        assert.strictEqual(setback.error.message, "cloud says Unavailable")
        assert.isAbove(Duration.toMillis(setback.nextPollIn), 0)
        cloud.set(id, { state: "running" })
        yield* until(() => said().at(-1) === "running")
      }),
    seconds
  )

  it.live(
    "gives up on a provider that is down for as long as told, whatever the server does",
    () =>
      Effect.gen(function* () {
        const { cloud, remote } = yield* start
        cloud.set(id, new Errors.Unavailable({}))
        const { exit } = yield* follow(remote.cloud, { giveUpAfter: Duration.millis(500) })
        const error = Option.getOrThrow(Exit.findErrorOption(yield* exit))
        assert.strictEqual(error._tag === "ProviderError" ? error.reason._tag : error._tag, "Unavailable")
      }),
    seconds
  )

  it.live(
    "outlives a server that is stopped and started again",
    () =>
      Effect.gen(function* () {
        const { cloud, remote, startAgain, stop } = yield* start
        cloud.set(id, { state: "running" })
        const { events, exit, said } = yield* follow(remote.cloud)
        yield* until(() => events.length === 1)
        yield* stop
        yield* until(() => said().includes("Unavailable"))
        cloud.set(id, { state: "succeeded" })
        yield* startAgain
        assert.isTrue(Exit.isSuccess(yield* exit))
        assert.strictEqual(said().at(-1), "succeeded")
        const setbacks = events.filter(Watch.$is("Setback")).map(({ error }) => error.message)
        for (const message of setbacks) assert.match(message, /^no answer from the opwatch server at http:\/\/127/)
      }),
    seconds
  )

  it.live(
    "takes one that the provider has lost for lost, also where the server that knew it is gone",
    () =>
      Effect.gen(function* () {
        const { cloud, remote, startAgain, stop } = yield* start
        cloud.set(id, { state: "running" })
        const { events, exit, said } = yield* follow(remote.cloud)
        yield* until(() => events.length === 1)
        yield* stop
        cloud.set(id, new Errors.OperationNotFound())
        yield* startAgain
        assert.isTrue(Exit.isSuccess(yield* exit))
        assert.strictEqual(said().at(-1), "lost")
      }),
    seconds
  )

  it.live("fails at once where that is for good, at first and later", () =>
    Effect.gen(function* () {
      const { cloud, remote } = yield* start
      const tagOf = (exit: Exit.Exit<void, Errors.ProviderError | Watch.WaitTimedOut>) => {
        const error = Option.getOrThrow(Exit.findErrorOption(exit))
        return error._tag === "ProviderError" ? error.reason._tag : error._tag
      }
      const missing = yield* follow(remote.cloud)
      assert.strictEqual(tagOf(yield* missing.exit), "OperationNotFound")
      cloud.set(id, { state: "running" })
      const refused = yield* follow(remote.cloud)
      yield* until(() => refused.events.length === 1)
      cloud.set(id, new Errors.Forbidden())
      assert.strictEqual(tagOf(yield* refused.exit), "Forbidden")
    })
  )

  it.live("has the last word at a deadline, however short", () =>
    Effect.gen(function* () {
      const { cloud, remote } = yield* start
      cloud.set(id, { state: "running", raw: { n: 1 } })
      for (const timeout of [Duration.zero, Duration.millis(300)]) {
        const { exit } = yield* follow(remote.cloud, { timeout })
        const error = Option.getOrThrow(Exit.findErrorOption(yield* exit))
        assert.deepInclude(error._tag === "WaitTimedOut" ? error.last : undefined, { state: "running", raw: { n: 1 } })
      }
    })
  )

  it.live("hangs up when it is interrupted", () =>
    Effect.gen(function* () {
      const open = { connections: 0 }
      const url = yield* other((_, response) => {
        open.connections += 1
        response.once("close", () => (open.connections -= 1))
        response.writeHead(200, { "content-type": "text/event-stream" }).write(": opwatch\n\n")
      })
      const http = Context.get(yield* Layer.build(NodeHttpClient.layerNodeHttp), HttpClient.HttpClient)
      const fiber = yield* Effect.forkScoped(Stream.runDrain(yield* changesOf(http, url)))
      yield* until(() => open.connections === 1)
      yield* Fiber.interrupt(fiber)
      yield* until(() => open.connections === 0)
    })
  )
})

const source = SourceName.make("cloud")
const running: Operation = {
  ref: "cloud/op-1",
  source,
  provider: "cloud",
  id,
  state: "running",
  done: false,
  observedAt: Timestamp.fromMillis(0)
}

/** What the server says of one operation, which is read as running each time. */
const changesOf = (http: HttpClient.HttpClient, url = "http://127.0.0.1:4080") =>
  Effect.fromResult(ServerAddress.make(url)).pipe(
    Effect.flatMap(ServerClient.make),
    Effect.provideService(HttpClient.HttpClient, http),
    Effect.map((client) => RemoteEvents.changes(client, { source, id }, Effect.succeed(running)))
  )

/** A server that answers with this body. */
const answering = (body: string | ReadableStream<Uint8Array>) =>
  HttpClient.make((request) => Effect.succeed(HttpClientResponse.fromWeb(request, new Response(body))))

describe("a stream of events", () => {
  const read = Effect.fnUntraced(function* (http: HttpClient.HttpClient) {
    const told: Array<Told> = []
    const changes = yield* changesOf(http)
    const exit = yield* Effect.exit(Stream.runForEach(changes, (item) => Effect.sync(() => told.push(item))))
    return { told, error: Option.getOrThrow(Exit.findErrorOption(exit)) }
  })

  it.effect("may hold comments, and events that are not heard of", () =>
    Effect.gen(function* () {
      const text = ': opwatch\n\nevent: weather\ndata: fine\n\nevent: operation\nid: 1\ndata: {"mood":1}\n\n'
      const { error, told } = yield* read(answering(text))
      assert.deepStrictEqual(told, [{ operation: running }])
      assert.strictEqual(error.reason._tag, "Unavailable")
      assert.strictEqual(
        error.message,
        "no answer from the opwatch server at http://127.0.0.1:4080: the connection was closed"
      )
    })
  )

  it.effect.each(["event: setback\ndata: {}\n\n", "event: problem\ndata: no JSON\n\n"])(
    "that makes no sense is an answer that makes none: %j",
    (text) =>
      Effect.gen(function* () {
        const { error, told } = yield* read(answering(text))
        assert.deepStrictEqual([error.reason._tag, told], ["MalformedAnswer", []])
      })
  )

  it.effect("that asks to come back later is one that broke off", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* read(answering("retry: 5\n\n"))).error.reason._tag, "Unavailable")
    })
  )

  it.effect.each([
    ["begin", HttpClient.make(() => Effect.never)],
    [
      "go on",
      answering(new ReadableStream({ start: (body) => body.enqueue(new TextEncoder().encode(": opwatch\n\n")) }))
    ]
  ] as const)("that does not %s within 45 seconds is given up", ([, http]) =>
    Effect.gen(function* () {
      const reading = yield* Effect.forkChild(read(http))
      yield* TestClock.adjust("44 seconds")
      assert.isUndefined(reading.pollUnsafe())
      while (reading.pollUnsafe() === undefined) {
        yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
        yield* TestClock.adjust("2 seconds")
      }
      const { error } = yield* Fiber.join(reading)
      assert.match(error.message, /: it was silent for 45 seconds$/)
    })
  )
})
