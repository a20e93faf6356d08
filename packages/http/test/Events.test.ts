import { assert, describe, it } from "@effect/vitest"
import { Unauthenticated, Unavailable } from "@opwatch/core/ProviderError"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as References from "effect/References"
import { json, listen, start, until } from "./Serving.ts"

const path = "/v1/operations/cloud/op-1/events"

describe("GET …/events", () => {
  it.live("sends the present state, then each change, and ends after the final one", () =>
    Effect.gen(function* () {
      const { cloud, url } = yield* start
      cloud.set("op-1", { progress: 10, raw: { secret: "x" } })
      const { end, events, response, text } = yield* listen(url + path)
      assert.strictEqual(response.status, 200)
      assert.strictEqual(response.headers.get("content-type"), "text/event-stream")
      assert.strictEqual(response.headers.get("cache-control"), "no-store")
      yield* until(() => events().length === 1)
      const polls = cloud.counts.polls
      yield* until(() => cloud.counts.polls > polls)
      assert.strictEqual(events().length, 1)
      cloud.set("op-1", { progress: 60 })
      yield* until(() => events().length === 2)
      cloud.set("op-1", { state: "succeeded" })
      yield* end
      assert.deepStrictEqual(
        events().map(({ data, event }) => [event, data["state"], data["progress"], data["done"]]),
        [
          ["operation", "running", 10, false],
          ["operation", "running", 60, false],
          ["operation", "succeeded", undefined, true]
        ]
      )
      assert.strictEqual(new Set(events().map(({ id }) => id)).size, 3)
      assert.notInclude(text(), "raw")
    })
  )

  it.live("shares the polls of all who listen", () =>
    Effect.gen(function* () {
      const { cloud, url } = yield* start
      cloud.set("op-1", { state: "running" })
      const listeners = yield* Effect.all(
        Array.from({ length: 10 }, () => listen(url + path)),
        { concurrency: "unbounded" }
      )
      yield* until(() => listeners.every(({ events }) => events().length === 1))
      assert.isBelow(cloud.counts.polls, 5)
      cloud.set("op-1", { state: "failed" })
      yield* Effect.all(listeners.map(({ end }) => end))
      assert.deepStrictEqual([...new Set(listeners.map(({ events }) => events().at(-1)?.data["state"]))], ["failed"])
    })
  )

  it.live("sends who comes back only what is new", () =>
    Effect.gen(function* () {
      const { cloud, url } = yield* start
      cloud.set("op-1", { progress: 10 })
      const first = yield* listen(url + path)
      yield* until(() => first.events().length === 1)
      const seen = first.events()[0]?.id

      const back = yield* listen(url + path, seen)
      yield* until(() => back.text() !== "")
      const stale = yield* listen(url + path, "of-another-time")
      yield* until(() => stale.events().length === 1)
      assert.deepStrictEqual(back.events(), [])
      assert.strictEqual(stale.events()[0]?.id, seen)

      cloud.set("op-1", { state: "succeeded" })
      yield* back.end
      assert.deepStrictEqual(
        back.events().map(({ data }) => data["state"]),
        ["succeeded"]
      )
    })
  )

  it.live("tells who has seen the end not to come back", () =>
    Effect.gen(function* () {
      const { cloud, url } = yield* start
      cloud.set("op-1", { state: "succeeded" })
      const first = yield* listen(url + path)
      yield* first.end
      assert.strictEqual(first.events().length, 1)
      const back = yield* listen(url + path, first.events()[0]?.id)
      yield* back.end
      assert.deepStrictEqual([back.response.status, back.text()], [204, ""])
    })
  )

  it.live("answers with a problem when the first answer is a failure", () =>
    Effect.gen(function* () {
      const { cloud, request } = yield* start
      const missing = yield* request(path)
      assert.deepStrictEqual([missing.status, json(missing)["type"]], [404, "urn:opwatch:problem:operation-not-found"])
      cloud.set("op-1", new Unauthenticated())
      assert.strictEqual((yield* request(path)).status, 502)
    })
  )

  it.live("sends a problem as its last event when it fails later", () =>
    Effect.gen(function* () {
      const { cloud, url } = yield* start
      cloud.set("op-1", { state: "running" })
      const { end, events } = yield* listen(url + path)
      yield* until(() => events().length === 1)
      cloud.set("op-1", new Unauthenticated())
      yield* end
      const last = events().at(-1)
      assert.strictEqual(events().length, 2)
      assert.strictEqual(last?.event, "problem")
      assert.deepInclude(last?.data, {
        type: "urn:opwatch:problem:credential-refused",
        status: 502,
        ref: "cloud/op-1",
        code: "UNAUTHENTICATED",
        requestId: "req-1"
      })
    })
  )

  it.live(
    "stops polling when all who listened have hung up",
    () =>
      Effect.gen(function* () {
        const { cloud, url } = yield* start
        cloud.set("op-1", { state: "running" })
        yield* Effect.scoped(
          Effect.gen(function* () {
            const listeners = [yield* listen(url + path), yield* listen(url + path)]
            yield* until(() => listeners.every(({ events }) => events().length === 1))
            cloud.hold()
            const polls = cloud.counts.polls
            yield* until(() => cloud.counts.polls > polls)
          })
        )
        yield* until(() => cloud.counts.interrupted === 1)
      }),
    20_000
  )

  it.live("breaks off, rather than end as if all were well, at a failure that nobody expected", () =>
    Effect.gen(function* () {
      const { cloud, url } = yield* start
      cloud.set("op-1", { state: "running" })
      const { end, events } = yield* listen(url + path)
      yield* until(() => events().length === 1)
      cloud.set("op-1", new Error("a mistake"))
      assert.isTrue(Exit.isFailure(yield* Effect.exit(end)))
      assert.strictEqual(events().length, 1)
    }).pipe(Effect.provideService(References.MinimumLogLevel, "None"))
  )

  it.live("tells of setbacks those who want it, and when they are over", () =>
    Effect.gen(function* () {
      const { cloud, url } = yield* start
      cloud.set("op-1", { state: "running" })
      const { end, events } = yield* listen(`${url}${path}?setbacks=true`)
      yield* until(() => events().length === 1)
      cloud.set("op-1", new Unavailable({}))
      yield* until(() => events().length === 2)
      const setback = events()[1]
      assert.deepStrictEqual([setback?.event, setback?.id], ["setback", undefined])
      assert.deepInclude(setback?.data["problem"], {
        type: "urn:opwatch:problem:provider-unavailable",
        detail: "cloud says no to op-1"
      })
      assert.isAbove(Number(setback?.data["nextPollInMillis"]), 0)
      cloud.set("op-1", { state: "running" })
      yield* until(() => events().at(-1)?.event === "operation")
      assert.strictEqual(events().at(-1)?.id, events()[0]?.id)
      cloud.set("op-1", { state: "succeeded" })
      yield* end
    })
  )

  it.live("waits without a word while the provider is down", () =>
    Effect.gen(function* () {
      const { cloud, url } = yield* start
      cloud.set("op-1", new Unavailable({}))
      const { end, events, response, text } = yield* listen(url + path)
      yield* until(() => text() !== "")
      assert.deepStrictEqual([response.status, events()], [200, []])
      cloud.set("op-1", { state: "succeeded" })
      yield* end
      assert.strictEqual(events().length, 1)
    })
  )
})
