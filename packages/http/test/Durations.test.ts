import { assert, describe, it } from "@effect/vitest"
import { ApiKeys } from "@opwatch/access/ApiKeys"
import type { Lifetime } from "@opwatch/core/Lifetime"
import { Sources } from "@opwatch/core/Sources"
import * as Timestamp from "@opwatch/core/Timestamp"
import * as MemoryStore from "@opwatch/tracker/MemoryStore"
import { Ownership } from "@opwatch/tracker/Ownership"
import { Store } from "@opwatch/tracker/Store"
import { Tracker } from "@opwatch/tracker/Tracker"
import { Webhooks } from "@opwatch/webhooks/Webhooks"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as OpwatchServer from "../src/OpwatchServer.ts"
import * as InMemoryProvider from "./InMemoryProvider.ts"
import { json, listen, requestTo, socket, until } from "./Serving.ts"

const kind = "yandex.cloud.compute.v1.CreateInstance"

/** A server whose store remembers ends of before: a hundred between 55 s and 65 s, and one of another kind after 5 s. */
const start = Effect.gen(function* () {
  const cloud = InMemoryProvider.make("cloud")
  const toloka = InMemoryProvider.make("toloka")
  const store = yield* MemoryStore.make
  const ends = Array.from({ length: 100 }, (_, index): Lifetime => ({
    source: cloud.source,
    kind,
    millis: 55_000 + 100 * ((37 * index) % 100),
    isOver: true
  }))
  yield* store.learn([{ source: cloud.source, kind: undefined, millis: 5_000, isOver: true }, ...ends])
  const sources = new Map([cloud, toloka].map(({ provider, source }) => [source, provider]))
  const server = Layer.provideMerge(OpwatchServer.layer, socket()).pipe(
    Layer.provide([Tracker.layer, Webhooks.none]),
    Layer.provide([Layer.succeed(Store, store), Layer.succeed(Sources, sources), Ownership.all, ApiKeys.none])
  )
  const { address } = Context.get(yield* Layer.build(Layer.fresh(server)), HttpServer.HttpServer)
  const url = HttpServer.formatAddress(address)
  const request = requestTo(url)
  yield* Effect.repeat(request(path), { until: (answer) => answer.text.includes(kind), times: 1_000 })
  return { cloud, request, url }
})

const path = "/v1/sources/cloud/durations"

describe("GET …/durations", () => {
  it.live("tells of each kind how long it takes, and what a price makes of it", () =>
    Effect.gen(function* () {
      const { request } = yield* start
      const { kinds, priceMillis } = json(yield* request(path))
      assert.strictEqual(priceMillis, 1_000)
      const [first, second] = Array.isArray(kinds) ? kinds : []
      assert.deepInclude(first, { source: "cloud", kind, ended: 100 })
      assert.approximately(first.medianMillis, 60_000, 1_000)
      assert.deepInclude(second, { source: "cloud", ended: 1 })
      assert.notProperty(second, "kind")
      const dear = json(yield* request(`${path}?price=1m`))
      assert.strictEqual(dear["priceMillis"], 60_000)
      const [dearest] = Array.isArray(dear["kinds"]) ? dear["kinds"] : []
      assert.isBelow(dearest.pollsPerOperation, first.pollsPerOperation)
      assert.isAbove(dearest.latenessMillis, first.latenessMillis)
      const nothing = yield* request("/v1/sources/toloka/durations")
      assert.deepStrictEqual(json(nothing), { priceMillis: 1_000, kinds: [] })
    })
  )

  it.live("refuses an unknown source, and a price that is none", () =>
    Effect.gen(function* () {
      const { request } = yield* start
      const unknown = json(yield* request("/v1/sources/nowhere/durations"))
      assert.deepInclude(unknown, { type: "urn:opwatch:problem:source-not-found", status: 404 })
      assert.match(String(unknown["detail"]), /^there is no source "nowhere"/)
      for (const price of ["0s", "99ms", "2d", "dear"]) {
        const refused = json(yield* request(`${path}?price=${price}`))
        assert.deepInclude(refused, { type: "urn:opwatch:problem:bad-input", status: 400 })
        assert.include(String(refused["detail"]), `price is "${price}": expected a duration`)
      }
    })
  )
})

const operation = "/v1/operations/cloud/op-1"

describe("The expected end", () => {
  it.live("is told wherever the operation is, and is no change by itself", () =>
    Effect.gen(function* () {
      const { cloud, request, url } = yield* start
      const submittedAt = Timestamp.fromMillis(Date.now() - 60_000)
      const running = { state: "running", kind, submittedAt } as const
      cloud.set("op-1", running)
      cloud.setList(Stream.succeed(running))

      const expects = (text: string) => {
        const found = [
          ...text.matchAll(/"expectedEnd":"([^"]+)","expectedEndRange":\{"earliest":"([^"]+)","latest":"([^"]+)"\}/g)
        ]
        assert.lengthOf(found, 1, text)
        const [, end = "", earliest = "", latest = ""] = found[0] ?? []
        assert.approximately(Date.parse(end) - Date.parse(submittedAt), 65_000, 5_000)
        assert.isTrue(earliest < end && end < latest, text)
        return end
      }

      const first = expects((yield* request(operation)).text)
      expects((yield* request("/v1/sources/cloud/operations")).text)
      const watched = yield* listen(`${url}${operation}/events`)
      yield* until(() => watched.events().length === 1)
      expects(watched.text())

      const all = yield* listen(`${url}/v1/events`)
      yield* until(() => all.text().includes("id: "))
      assert.strictEqual((yield* request(operation, { method: "PUT" })).status, 201)
      yield* until(() => all.events().length === 1)
      expects(all.text())
      expects((yield* request(operation, { method: "PUT" })).text)
      expects((yield* request(operation)).text)
      expects((yield* request(`${operation}/wait?timeout=0s`)).text)
      expects((yield* request("/v1/operations")).text)
      const tracked = yield* listen(`${url}${operation}/events`)
      yield* until(() => tracked.events().length === 1)
      expects(tracked.text())

      assert.isAbove(Date.parse(expects((yield* request(`${operation}?maxAge=0s`)).text)), Date.parse(first))
      expects((yield* request(`${operation}/history`)).text)
      cloud.set("op-1", { ...running, state: "succeeded" })
      const ended = yield* request(`${operation}?maxAge=0s`)
      assert.notInclude(ended.text, "expectedEnd")
      yield* Effect.all([watched.end, tracked.end])
      for (const { events } of [watched, tracked, all]) {
        assert.deepStrictEqual(
          events().map(({ data }) => JSON.stringify(data).includes("expectedEnd")),
          [true, false]
        )
      }
    })
  )
})
