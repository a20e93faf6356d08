import { assert, describe, expect, layer } from "@effect/vitest"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import type { ListQuery } from "@opwatch/core/ListQuery"
import { SourceName } from "@opwatch/core/Reference"
import { Timestamp } from "@opwatch/core/Timestamp"
import * as Authorization from "@opwatch/rest/Authorization"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import * as Toloka from "../src/Toloka.ts"

type Query = Readonly<Record<string, string>>

/** Toloka's list on loopback, answered by the test: a page, or the status of an error. */
const serving = Effect.fnUntraced(function* (answer: (query: Query, request: number) => unknown) {
  const queries: Array<Query> = []
  const server = createServer(({ url = "" }, response) => {
    const query = Object.fromEntries(new URL(url, "http://host").searchParams)
    queries.push(query)
    const body = answer(query, queries.length)
    response.writeHead(typeof body === "number" ? body : 200).end(typeof body === "number" ? "" : JSON.stringify(body))
  })
  yield* Effect.acquireRelease(
    Effect.callback<void>((resume) => void server.listen(0, "127.0.0.1", () => resume(Effect.void))),
    () => Effect.sync(() => server.close().closeAllConnections())
  )
  const provider = yield* Toloka.make({
    source: SourceName.make("toloka"),
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1`,
    authorization: Authorization.none,
    rateLimit: { requests: 1_000, per: Duration.seconds(1) }
  })
  const list = (query: ListQuery = {}) =>
    Effect.map(Stream.runCollect(provider.list(query)), (operations) => operations.map(({ id }) => String(id)))
  return { list, provider, queries }
})

const sent = (id: string, submitted: string, rest: object = {}) => ({ id, status: "RUNNING", submitted, ...rest })
const noon = "2024-05-06T12:00:00"
const time = (text: string) => Timestamp.make(text)

layer(NodeHttpClient.layerUndici)("Toloka's list", (it) => {
  it.effect("goes on at the time where a page ended, without what was given of that time", () =>
    Effect.gen(function* () {
      const { list, queries } = yield* serving(({ submitted_lte }) =>
        submitted_lte === undefined
          ? { items: [sent("c", `${noon}.5`), sent("z", noon), sent("a", noon)], has_more: true }
          : {
              items: [sent("a", noon), sent("m", noon), sent("z", noon), sent("b", "2024-05-06T11:00:00")],
              has_more: false
            }
      )
      assert.deepStrictEqual(yield* list(), ["c", "z", "a", "m", "b"])
      assert.deepStrictEqual(queries, [
        { limit: "300", sort: "-submitted" },
        { limit: "300", sort: "-submitted", submitted_lte: noon }
      ])
    })
  )

  it.effect("walks more operations of one time than a page holds by id, and then goes on before that time", () =>
    Effect.gen(function* () {
      const { list, queries } = yield* serving(({ id_gt, sort, submitted_lt }) => {
        if (submitted_lt !== undefined) return { items: [sent("y", "2024-05-06T11:00:00")], has_more: false }
        if (sort === "-submitted") return { items: [sent("c", noon), sent("a", noon)], has_more: true }
        return id_gt === undefined
          ? { items: [sent("a", noon), sent("b", noon)], has_more: true }
          : { items: [sent("c", noon), sent("d", noon)], has_more: false }
      })
      assert.deepStrictEqual(yield* list(), ["c", "a", "b", "d", "y"])
      const tie = { limit: "300", sort: "id", submitted_gte: noon, submitted_lte: noon }
      assert.deepStrictEqual(queries, [
        { limit: "300", sort: "-submitted" },
        tie,
        { ...tie, id_gt: "b" },
        { limit: "300", sort: "-submitted", submitted_lt: noon }
      ])
    })
  )

  it.effect.each<readonly [string, unknown, number]>([
    ["an empty page that has more", { items: [], has_more: true }, 1],
    ["a page that comes again and again", { items: [sent("a", noon), sent("b", `${noon}.1`)], has_more: true }, 9],
    ["a list that does not say whether it has more", { items: [sent("a", noon)] }, 9]
  ])("ends after %s", ([, page, most]) =>
    Effect.gen(function* () {
      const { list, queries } = yield* serving(() => page)
      const ids = yield* list()
      assert.strictEqual(new Set(ids).size, ids.length)
      assert.isAtMost(queries.length, most)
    })
  )

  it.effect("sends what Toloka can tell apart", () =>
    Effect.gen(function* () {
      const { list, queries } = yield* serving(() => ({ items: [], has_more: false }))
      const since = time("2024-05-06T10:00:00.123456789Z")
      const until = time("2024-05-06T11:00:00Z")
      yield* list({ kind: "POOL.OPEN", since, until, finishedSince: since, finishedUntil: until })
      yield* list({ order: "oldest", since, until })
      for (const state of ["pending", "running", "succeeded", "failed", "unknown"] as const) yield* list({ state })
      yield* list({ done: false, limit: 5 })
      yield* list({ state: "failed", limit: 5 })
      const [from, to] = ["2024-05-06T10:00:00.123456", "2024-05-06T11:00:00"]
      const range = { limit: "300", submitted_gte: from, submitted_lte: to }
      const newest = { limit: "300", sort: "-submitted" }
      assert.deepStrictEqual(queries, [
        { ...range, sort: "-submitted", type: "POOL.OPEN", finished_gte: from, finished_lte: to },
        { ...range, sort: "submitted" },
        ...["PENDING", "RUNNING", "SUCCESS", "FAIL"].map((status) => ({ ...newest, status })),
        newest,
        newest,
        { ...newest, status: "FAIL", limit: "5" }
      ])
    })
  )

  it.effect("tells apart what Toloka cannot", () =>
    Effect.gen(function* () {
      const items = [sent("a", noon), sent("b", noon, { status: "PAUSED" }), sent("c", noon, { status: "SUCCESS" })]
      const { list } = yield* serving(() => ({ items, has_more: false }))
      assert.deepStrictEqual(yield* list({ state: "unknown" }), ["b"])
      assert.deepStrictEqual(yield* list({ done: false }), ["a", "b"])
      assert.deepStrictEqual(yield* list({ since: time("2024-05-06T12:00:00.000000001Z") }), [])
    })
  )

  it.effect("asks for nothing where no operation can be in that state", () =>
    Effect.gen(function* () {
      const { list, queries } = yield* serving(() => ({ items: [sent("a", noon)], has_more: false }))
      assert.deepStrictEqual([yield* list({ state: "cancelled" }), yield* list({ state: "lost" })], [[], []])
      assert.deepStrictEqual(queries, [])
    })
  )

  it.effect("asks for no page before it is wanted", () =>
    Effect.gen(function* () {
      const { list, queries } = yield* serving((_, request) => ({
        items: [sent(`a${request}`, `${noon}.${9 - request}`), sent(`b${request}`, `${noon}.${8 - request}`)],
        has_more: true
      }))
      assert.deepStrictEqual(yield* list({ limit: 2 }), ["a1", "b1"])
      assert.lengthOf(queries, 1)
    })
  )

  it.effect("is not by resource, and says so without a request", () =>
    Effect.gen(function* () {
      const { list, queries } = yield* serving(() => 500)
      expect(yield* Effect.flip(list({ resource: "pools/12" }))).toMatchObject({
        reason: { _tag: "Unsupported" },
        message: "Toloka lists the operations of the whole account, not those of a resource: ask without one"
      })
      assert.deepStrictEqual(queries, [])
    })
  )

  describe("that is broken", () => {
    it.effect.each<readonly [unknown, string]>([
      [[], "the answer holds no list of operations"],
      [{ has_more: false }, "the answer holds no list of operations"],
      [{ items: [sent("a", noon), 7] }, "what comes 2. in the list is no operation: it is not an object"],
      [{ items: [{ id: "a" }] }, 'what comes 1. in the list is no operation: it has no "status"'],
      [
        { items: [sent("a/b", noon)] },
        'what comes 1. in the list is no operation: it has no "id" that can be asked for'
      ],
      [
        { items: [sent("a", "2024-22-06T12:00:00")], has_more: true },
        'no operation of the page has a "submitted" to go on from'
      ]
    ])("as %j is malformed", ([page, message]) =>
      Effect.gen(function* () {
        const { list } = yield* serving(() => page)
        expect(yield* Effect.flip(list())).toMatchObject({ reason: { _tag: "MalformedAnswer" }, message })
      })
    )

    it.effect("in the middle is asked for again where it broke off", () =>
      Effect.gen(function* () {
        const pages = [
          { items: [sent("a", `${noon}.2`), sent("b", `${noon}.1`)], has_more: true },
          503,
          { items: [sent("c", noon)], has_more: false }
        ]
        const { list, queries } = yield* serving((_, request) => pages[request - 1])
        assert.deepStrictEqual(yield* TestClock.withLive(list()), ["a", "b", "c"])
        assert.deepStrictEqual(queries[1], queries[2])
      })
    )

    it.effect("for good fails after what came before", () =>
      Effect.gen(function* () {
        const { provider } = yield* serving((_, request) =>
          request === 1 ? { items: [sent("a", `${noon}.2`), sent("b", `${noon}.1`)], has_more: true } : 403
        )
        const ids: Array<string> = []
        const error = yield* Effect.flip(
          Stream.runForEach(provider.list({}), ({ id }) => Effect.sync(() => ids.push(id)))
        )
        assert.strictEqual(error.reason._tag, "Forbidden")
        assert.deepStrictEqual(ids, ["a", "b"])
      })
    )
  })
})
