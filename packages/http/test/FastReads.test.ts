import { ApiKeys } from "@opwatch/access/ApiKeys"
import { SourceName } from "@opwatch/core/Reference"
import * as Timestamp from "@opwatch/core/Timestamp"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as Struct from "effect/Struct"
import * as Tracer from "effect/Tracer"
import { Access } from "../src/Access.ts"
import * as FastReads from "../src/FastReads.ts"
import * as Keys from "./Keys.ts"
import { type Answer, json, requestTo, socket, startWith } from "./Serving.ts"

/** What it leaves to others is answered with this. */
const left = HttpServerResponse.empty({ status: 418 })

/** The whole server, and beside it what this module answers by itself. */
const scene = Effect.fnUntraced(function* <E>(access: Layer.Layer<ApiKeys, E>) {
  let url = ""
  const alone = Layer.effectDiscard(
    HttpServer.addressFormattedWith((address) => Effect.sync(() => (url = address)))
  ).pipe(
    Layer.provideMerge(
      HttpRouter.serve(Layer.merge(FastReads.layer, HttpRouter.add("*", "/*", left)), {
        disableLogger: true,
        disableListenLog: true
      })
    ),
    Layer.provide(socket()),
    Layer.provide(Access.layer),
    Layer.orDie
  )
  const server = yield* startWith(access, alone)
  const { cloud, request } = server
  const known = { submittedAt: Timestamp.Timestamp.make("2020-01-02T03:04:05Z"), description: "Größe: 1 ☃" }
  cloud.set("op-1", { ...known, state: "running", metadata: { disk: "a", size: 10 } })
  cloud.set("op-2", { ...known, state: "failed", error: { code: "ABORTED", message: "no", details: [] } })
  return { ...server, alone: requestTo(url), request }
})

const withoutDate = (answer: Answer) => ({ ...answer, headers: Struct.omit(answer.headers, ["date"]) })

const tracked = "/v1/operations/cloud/op-1"
const finished = "/v1/operations/cloud/op-2"

describe("FastReads", () => {
  it.live("answers what is at hand as the router would, and leaves the rest to it", () =>
    Effect.gen(function* () {
      const reader = Keys.issue("reader", { scopes: ["read", "track"] })
      const own = Keys.issue("own", { sources: [SourceName.make("cloud")] })
      const other = Keys.issue("other", { sources: [SourceName.make("toloka")] })
      const tracker = Keys.issue("tracker", { scopes: ["track"] })
      const expired = Keys.issue("expired", { expiresAt: Timestamp.Timestamp.make("2026-01-03T00:00:00Z") })
      const keys = [reader, own, other, tracker, expired]
      const { layer } = yield* Keys.file(...keys.map(({ key }) => key))
      const { alone, request } = yield* scene(layer)
      for (const path of [tracked, finished]) {
        assert.strictEqual((yield* alone(path, reader)).status, 418)
        assert.strictEqual((yield* request(path, { ...reader, method: "PUT" })).status, 201)
        assert.strictEqual((yield* request(`${path}?maxAge=1h`, reader)).status, 200)
      }

      const stranger = Keys.issue("stranger")
      const cases: ReadonlyArray<readonly [path: string, options: object, status: number, fast: boolean]> = [
        [tracked, reader, 200, true],
        [finished, reader, 200, true],
        [tracked, own, 200, true],
        [finished, { headers: { ...own.headers, accept: "text/html", "x-request-id": "1" } }, 200, true],
        [`${tracked}?maxAge=1h`, reader, 200, false],
        [`${tracked}?maxAge=soon`, reader, 400, false],
        ["/v1/operations/cloud/op-3", reader, 404, false],
        ["/v1/operations/nowhere/op-1", reader, 404, false],
        [`${tracked}/`, reader, 200, false],
        [tracked, { ...reader, method: "HEAD" }, 200, false],
        [tracked, { ...reader, method: "PATCH" }, 405, false],
        [
          tracked,
          { headers: { ...reader.headers, "content-length": String(2 ** 30), connection: "close" } },
          413,
          false
        ],
        [tracked, {}, 401, false],
        [tracked, { headers: { authorization: `OAuth ${reader.text}` } }, 401, false],
        [tracked, stranger, 401, false],
        [tracked, expired, 401, false],
        [tracked, tracker, 403, false],
        [tracked, other, 404, false]
      ]
      for (const [index, [path, options, status, fast]] of cases.entries()) {
        const name = `${index}: ${path}`
        const routed = yield* request(path.replace("op-", "op%2D"), options)
        const answer = yield* request(path, options)
        assert.strictEqual(answer.status, status, name)
        const expected = JSON.stringify(withoutDate(routed)).replaceAll("%2D", "-")
        assert.strictEqual(JSON.stringify(withoutDate(answer)), expected, name)
        const byItself = yield* alone(path, options)
        assert.strictEqual(byItself.status, fast ? 200 : 418, name)
        if (fast) assert.deepStrictEqual(withoutDate(byItself), withoutDate(answer), name)
      }
    })
  )

  it.live("answers with a change as soon as it is known", () =>
    Effect.gen(function* () {
      const { alone, cloud, request } = yield* scene(ApiKeys.none)
      yield* request(tracked, { method: "PUT" })
      for (const progress of [10, 20]) {
        cloud.set("op-1", { state: "running", progress })
        yield* request(`${tracked}?maxAge=0s`)
        assert.strictEqual(json(yield* request(tracked))["progress"], progress)
        assert.deepStrictEqual((yield* alone(tracked)).text, (yield* request(tracked)).text)
      }
      cloud.set("op-1", { state: "succeeded" })
      yield* request(`${tracked}?maxAge=0s`)
      assert.strictEqual(json(yield* alone(tracked))["state"], "succeeded")
    })
  )

  it.live("counts those without a key as the router does", () =>
    Effect.gen(function* () {
      const ci = Keys.issue("ci")
      const { layer } = yield* Keys.file(ci.key)
      const { alone, request } = yield* scene(layer)
      assert.strictEqual((yield* request(finished, ci)).status, 200)
      assert.strictEqual((yield* alone(finished, ci)).status, 200)
      for (let times = 0; times < 5; times++) assert.strictEqual((yield* alone(finished)).status, 418)
      for (let times = 0; times < 30; times++) assert.strictEqual((yield* request(finished)).status, 401)
      assert.strictEqual((yield* request(finished)).status, 429)
      assert.strictEqual((yield* request(finished, ci)).status, 200)
    })
  )

  it.live("is traced as the router's answers are", () =>
    Effect.gen(function* () {
      const spans: Array<Tracer.NativeSpan> = []
      const tracer = Tracer.make({
        span: (options) => {
          const span = new Tracer.NativeSpan(options)
          spans.push(span)
          return span
        }
      })
      const { request } = yield* Effect.provideService(scene(ApiKeys.none), Tracer.Tracer, tracer)
      yield* request(finished)
      spans.length = 0
      yield* request(finished)
      yield* request(finished.replace("-", "%2D"))
      const [fast, routed] = spans.map(({ attributes, kind, name, status }) => {
        const rest = [...attributes].filter(([key]) => key !== "url.full" && key !== "url.path")
        return { kind, name, status: status._tag, attributes: Object.fromEntries(rest) }
      })
      assert.strictEqual(fast?.attributes["http.route"], "/v1/operations/:source/:id")
      assert.deepStrictEqual(fast, routed)
    })
  )

  it.live("is behind the guard of a server without keys", () =>
    Effect.gen(function* () {
      const { alone, request } = yield* scene(ApiKeys.none)
      assert.strictEqual((yield* request(finished)).status, 200)
      assert.strictEqual((yield* alone(finished)).status, 200)
      for (const headers of [
        { host: "opwatch.example" },
        { origin: "https://example.com" },
        { "sec-fetch-site": "cross-site" }
      ]) {
        assert.strictEqual((yield* alone(finished, { headers })).status, 418)
        assert.strictEqual((yield* request(finished, { headers })).status, 403)
      }
    })
  )
})
