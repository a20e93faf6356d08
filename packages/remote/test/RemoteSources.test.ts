import { assert, describe, it } from "@effect/vitest"
import * as LogDigest from "@opwatch/core/LogDigest"
import type { LogStep } from "@opwatch/core/LogStep"
import * as Errors from "@opwatch/core/ProviderError"
import { SourceName } from "@opwatch/core/Reference"
import * as Timestamp from "@opwatch/core/Timestamp"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { id, open, other, start } from "./Serving.ts"

const seconds = 20_000

describe("the sources of a server", () => {
  it.live("are those that it is configured with, and what they mean is known here", () =>
    Effect.gen(function* () {
      const { cloud, remote, sources, toloka } = yield* start
      assert.deepStrictEqual([...sources.keys()], [toloka.source, cloud.source])
      for (const [there, here] of [
        [toloka.provider, remote.toloka],
        [cloud.provider, remote.cloud]
      ] as const) {
        assert.deepStrictEqual(
          [here.source, here.name, here.urls, here.capabilities],
          [there.source, there.name, there.urls, there.capabilities]
        )
      }
      cloud.set(id, { state: "failed" })
      const operation = yield* remote.cloud.get(id)
      assert.deepStrictEqual(remote.cloud.diagnose(operation, LogDigest.empty).supportIds, ["cloud here"])
    })
  )

  it.live("give operations whole", () =>
    Effect.gen(function* () {
      const { cloud, remote } = yield* start
      const raw = { id, secretless: [1, 2, { deep: "x".repeat(100_000) }] }
      const time = Timestamp.Timestamp.make("2024-05-06T07:08:09.123456789Z")
      cloud.set(id, { state: "succeeded", finishedAt: time, result: raw, raw, metadata: { a: null } })
      const { observedAt, ...operation } = yield* remote.cloud.get(id)
      assert.isString(observedAt)
      assert.deepStrictEqual(operation, {
        ref: "cloud/op-1",
        source: cloud.source,
        provider: "cloud",
        id,
        state: "succeeded",
        done: true,
        finishedAt: time,
        metadata: { a: null },
        result: raw,
        raw
      })
    })
  )

  it.live("cancel once, and say what cannot be cancelled", () =>
    Effect.gen(function* () {
      const { cloud, remote } = yield* start
      cloud.set(id, { state: "rolling_back" })
      assert.strictEqual((yield* remote.cloud.cancel(id)).state, "rolling_back")
      cloud.set(id, new Errors.Unavailable({}))
      assert.strictEqual((yield* Effect.flip(remote.cloud.cancel(id))).reason._tag, "Unavailable")
      assert.strictEqual(cloud.counts.cancels, 2)
    })
  )

  it.live(
    "give a log of many pages in its order",
    () =>
      Effect.gen(function* () {
        const { remote, toloka } = yield* start
        const steps = Array.from({ length: 23_456 }, (_, index): LogStep => ({
          ref: "toloka/op-1",
          index,
          type: "TASK_CREATE",
          success: true,
          raw: {}
        }))
        toloka.setLog(steps)
        assert.deepStrictEqual(yield* Stream.runCollect(remote.toloka.log(id)), steps)
        assert.strictEqual(toloka.counts.pages, 4)
        toloka.setLog([])
        assert.deepStrictEqual(yield* Stream.runCollect(remote.toloka.log(id)), [])
        toloka.setLog(new Errors.Unsupported())
        const error = yield* Effect.flip(Stream.runCollect(remote.toloka.log(id)))
        assert.strictEqual(error.reason._tag, "Unsupported")
      }),
    seconds
  )

  it.live("pass on what a list is asked for, and give it as it comes", () =>
    Effect.gen(function* () {
      const { cloud, remote } = yield* start
      cloud.setList({ kind: "a" }, { kind: "b", raw: { some: "thing" } })
      const query = {
        state: "running",
        done: false,
        kind: "a b&c",
        since: Timestamp.Timestamp.make("2024-05-06T07:08:09Z"),
        until: Timestamp.Timestamp.make("2024-05-07T07:08:09.5Z"),
        finishedSince: Timestamp.Timestamp.make("2024-05-08T00:00:00Z"),
        finishedUntil: Timestamp.Timestamp.make("2024-05-09T00:00:00Z"),
        resource: "compute/instances/i-1",
        order: "oldest",
        limit: 7
      } as const
      const listed = yield* Stream.runCollect(remote.cloud.list(query))
      assert.deepStrictEqual(
        listed.map(({ kind, raw }) => [kind, raw]),
        [
          ["a", undefined],
          ["b", { some: "thing" }]
        ]
      )
      yield* Stream.runDrain(remote.cloud.list({ state: undefined, limit: 1 }))
      assert.deepStrictEqual(cloud.queries, [query, { limit: 1 }])
      assert.lengthOf(yield* Stream.runCollect(Stream.take(remote.cloud.list({}), 1)), 1)
    })
  )

  it.live("give what was listed before a list failed, and why it did", () =>
    Effect.gen(function* () {
      const { cloud, remote } = yield* start
      const listed: Array<string | undefined> = []
      const list = Stream.runForEach(remote.cloud.list({}), ({ kind }) => Effect.sync(() => listed.push(kind)))
      cloud.setList({ kind: "a" }, new Errors.Forbidden())
      const late = yield* Effect.flip(list)
      assert.deepStrictEqual(
        [listed, late.reason._tag, late.source, late.ref],
        [["a"], "Forbidden", cloud.source, undefined]
      )
      cloud.setList(new Errors.InvalidQuery())
      assert.strictEqual((yield* Effect.flip(list)).reason._tag, "InvalidQuery")
    })
  )
})

/** Long enough that the server does not try again. */
const retryAfterMillis = 20_000

describe("an error of the provider", () => {
  it.live.each([
    new Errors.OperationNotFound(),
    new Errors.Unauthenticated(),
    new Errors.Forbidden(),
    new Errors.Throttled({ retryAfterMillis }),
    new Errors.Redirected(),
    new Errors.Rejected(),
    new Errors.Misconfigured(),
    new Errors.Unsupported()
  ])("is the same by way of the server: $_tag", (reason) =>
    Effect.gen(function* () {
      const { cloud, remote } = yield* start
      cloud.set(id, reason)
      const there = yield* Effect.flip(cloud.provider.get(id))
      const here = yield* Effect.flip(remote.cloud.get(id))
      assert.deepStrictEqual({ ...here, message: here.message }, { ...there, message: there.message })
    })
  )

  it.live("is the same where the answer makes no sense, or does not come", () =>
    Effect.gen(function* () {
      const { cloud, remote } = yield* start
      for (const reason of [new Errors.MalformedAnswer(), new Errors.Unavailable({ retryAfterMillis })]) {
        cloud.set(id, reason)
        const { message, reason: same } = yield* Effect.flip(remote.cloud.get(id))
        assert.deepStrictEqual([same._tag, message], [reason._tag, `cloud says ${reason._tag}`])
      }
    })
  )
})

const secret = "key-that-is-secret"

describe("a server", () => {
  it.live("that is not there is unreachable, by its URL", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(open("http://127.0.0.1:1"))
      assert.deepInclude(error, { _tag: "ProviderError" })
      assert.match(
        error.message,
        /^no answer from the opwatch server at http:\/\/127\.0\.0\.1:1: nothing listens there$/
      )
    })
  )

  it.live.each([
    [401, "Unauthenticated", undefined, /at http:\S+ wants an API key$/],
    [401, "Unauthenticated", secret, /at http:\S+ does not accept the key in OPWATCH_API_KEY$/],
    [403, "Forbidden", secret, /does not accept the key in OPWATCH_API_KEY$/],
    [429, "Throttled", undefined, /answered with status 429$/],
    [503, "Unavailable", undefined, /answered with status 503$/],
    [302, "Redirected", secret, /redirects to https:\/\/elsewhere\.test\/, which was not followed$/],
    [404, "MalformedAnswer", undefined, /answered with status 404$/]
  ] as const)("that answers %i is %s (key: %s)", ([status, reason, key, message]) =>
    Effect.gen(function* () {
      const authorizations: Array<string | undefined> = []
      const url = yield* other((request, response) => {
        authorizations.push(request.headers.authorization)
        response.writeHead(status, { location: "https://elsewhere.test/", "retry-after": "7" }).end("no")
      })
      const error = yield* Effect.flip(open(url, key))
      const told = error._tag === "ProviderError" ? error : assert.fail(error.message)
      assert.strictEqual(told.reason._tag, reason)
      assert.match(told.message, message)
      assert.deepStrictEqual(authorizations, [key === undefined ? undefined : `Bearer ${key}`])
      if (reason === "Throttled" || reason === "Unavailable")
        assert.deepInclude(told.reason, { retryAfterMillis: 7_000 })
      if (status === 401 || status === 403) assert.include(told.hint, "OPWATCH_API_KEY")
      assert.notInclude(JSON.stringify(told), secret)
    })
  )

  it.live.each([
    ["text/html", "<h1>hello</h1>"],
    ["application/json", "[]"],
    ["application/json", '{"sources":[{"name":"toloka"}]}'],
    ["text/plain", ""]
  ])("that is none is asked after: %s %s", ([type, body]) =>
    Effect.gen(function* () {
      const url = yield* other((_, response) => response.writeHead(200, { "content-type": type }).end(body))
      const error = yield* Effect.flip(open(url))
      const { hint, reason } = error._tag === "ProviderError" ? error : assert.fail(error.message)
      assert.deepStrictEqual([reason._tag, hint], ["MalformedAnswer", `is there an opwatch server at ${url}?`])
    })
  )

  it.live("of another version may say more than is understood", () =>
    Effect.gen(function* () {
      const source = {
        name: "toloka",
        provider: "toloka",
        urls: ["https://toloka.test"],
        capabilities: { cancel: false, list: true, log: true, dance: true },
        colour: "green"
      }
      const operation = {
        ref: "toloka/op-1",
        source: "toloka",
        provider: "toloka",
        id: "op-1",
        state: "running",
        done: false,
        observedAt: "2024-05-06T07:08:09Z",
        mood: "good"
      }
      const problem = { type: "urn:opwatch:problem:of-another-time", status: 403, title: "?", detail: "?" }
      const url = yield* other((request, response) => {
        const answer = request.url === "/v1/sources" ? { sources: [source], more: 1 } : operation
        const refused = request.url?.endsWith("/cancel") === true
        response.writeHead(refused ? 403 : 200).end(JSON.stringify(refused ? problem : answer))
      })
      const [provider] = [...(yield* open(`${url}/`)).values()]
      if (provider === undefined) return assert.fail("no source")
      assert.strictEqual(provider.source, SourceName.make("toloka"))
      const { mood, ...understood } = operation
      assert.strictEqual(mood, "good")
      assert.deepStrictEqual(Object.entries(yield* provider.get(id)), Object.entries(understood))
      assert.strictEqual((yield* Effect.flip(provider.cancel(id))).reason._tag, "Forbidden")
    })
  )

  it.live("behind a path is asked there", () =>
    Effect.gen(function* () {
      const paths: Array<string | undefined> = []
      const url = yield* other((request, response) => {
        paths.push(request.url)
        response.writeHead(200).end('{"sources":[]}')
      })
      assert.strictEqual((yield* open(`${url}/tools/opwatch/`, "k")).size, 0)
      assert.deepStrictEqual(paths, ["/tools/opwatch/v1/sources"])
    })
  )
})
