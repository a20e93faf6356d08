import { assert, describe, it } from "@effect/vitest"
import { Throttled } from "@opwatch/core/ProviderError"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { json, start, until } from "./Serving.ts"

describe("GET /v1/operations/{source}/{id}", () => {
  it.live("answers with the operation as the provider has it, raw included", () =>
    Effect.gen(function* () {
      const { cloud, request } = yield* start
      cloud.set("op-1", { progress: 30, raw: { done: false } })
      const answer = yield* request("/v1/operations/cloud/op-1")
      assert.strictEqual(answer.status, 200)
      assert.strictEqual(answer.headers["content-type"], "application/json")
      const { observedAt, ...rest } = json(answer)
      assert.isString(observedAt)
      assert.deepStrictEqual(rest, {
        ref: "cloud/op-1",
        source: "cloud",
        provider: "cloud",
        id: "op-1",
        state: "running",
        done: false,
        progress: 30,
        raw: { done: false }
      })
    })
  )

  it.live("answers 200 for an operation that failed", () =>
    Effect.gen(function* () {
      const { cloud, request } = yield* start
      cloud.set("op-1", { state: "failed", error: { code: "INTERNAL", message: "it broke", details: [] } })
      const answer = yield* request("/v1/operations/cloud/op-1")
      assert.strictEqual(answer.status, 200)
      assert.strictEqual(json(answer)["state"], "failed")
    })
  )

  it.live("asks again for a finished operation only with maxAge=0s", () =>
    Effect.gen(function* () {
      const { cloud, request } = yield* start
      cloud.set("op-1", { state: "succeeded" })
      yield* request("/v1/operations/cloud/op-1")
      yield* request("/v1/operations/cloud/op-1")
      yield* request("/v1/operations/cloud/op-1?maxAge=1h")
      assert.strictEqual(cloud.counts.polls, 1)
      yield* request("/v1/operations/cloud/op-1?maxAge=0s")
      assert.strictEqual(cloud.counts.polls, 2)
    })
  )
})

describe("GET …/wait", () => {
  it.live("answers all who wait when the operation is done, from the same polls", () =>
    Effect.gen(function* () {
      const { cloud, request } = yield* start
      cloud.set("op-1", { state: "running" })
      const waiting = yield* Effect.forkChild(
        Effect.all(
          Array.from({ length: 20 }, () => request("/v1/operations/cloud/op-1/wait?timeout=1m")),
          { concurrency: "unbounded" }
        )
      )
      yield* until(() => cloud.counts.polls >= 2)
      cloud.set("op-1", { state: "succeeded", result: { id: "disk-1" } })
      const answers = yield* Fiber.join(waiting)
      assert.deepStrictEqual([...new Set(answers.map(({ status }) => status))], [200])
      assert.deepStrictEqual([...new Set(answers.map((answer) => json(answer)["state"]))], ["succeeded"])
      assert.isBelow(cloud.counts.polls, 10)
    })
  )

  it.live("answers with the current state when time is up", () =>
    Effect.gen(function* () {
      const { cloud, request } = yield* start
      cloud.set("op-1", { state: "running", raw: {} })
      for (const timeout of ["0s", "250ms"]) {
        const answer = yield* request(`/v1/operations/cloud/op-1/wait?timeout=${timeout}`)
        assert.strictEqual(answer.status, 200)
        assert.deepStrictEqual([json(answer)["done"], json(answer)["raw"]], [false, {}])
      }
    })
  )

  it.live("answers with the last setback when nothing is known by then", () =>
    Effect.gen(function* () {
      const { cloud, request } = yield* start
      cloud.set("op-1", new Throttled({ retryAfterMillis: 30_000 }))
      const answer = yield* request("/v1/operations/cloud/op-1/wait?timeout=250ms")
      assert.strictEqual(answer.status, 503)
      assert.strictEqual(answer.headers["retry-after"], "30")
    })
  )

  it.live("rides out a setback and answers with what is known before it", () =>
    Effect.gen(function* () {
      const { cloud, request } = yield* start
      cloud.set("op-1", { state: "running" })
      const waiting = yield* Effect.forkChild(request("/v1/operations/cloud/op-1/wait?timeout=1s"))
      yield* until(() => cloud.counts.polls >= 1)
      cloud.set("op-1", new Throttled({ retryAfterMillis: 30_000 }))
      const answer = yield* Fiber.join(waiting)
      assert.deepStrictEqual([answer.status, json(answer)["state"]], [200, "running"])
    })
  )
})

describe("GET …/log", () => {
  const steps = Array.from({ length: 5 }, (_, item) => ({ type: "TASK_CREATE", success: true, item }))

  it.live("gives the log in pages, the last one without a token", () =>
    Effect.gen(function* () {
      const { request, toloka } = yield* start
      toloka.setLog("op-1", steps)
      const items: Array<unknown> = []
      const sizes: Array<number> = []
      for (let token: unknown = ""; token !== undefined;) {
        const page = json(
          yield* request(`/v1/operations/toloka/op-1/log?pageSize=2${token === "" ? "" : `&pageToken=${token}`}`)
        )
        const { nextPageToken, steps } = page as { nextPageToken?: string; steps: ReadonlyArray<{ item: number }> }
        items.push(...steps.map(({ item }) => item))
        sizes.push(steps.length)
        token = nextPageToken
      }
      assert.deepStrictEqual(items, [0, 1, 2, 3, 4])
      assert.deepStrictEqual(sizes, [2, 2, 1])
    })
  )

  it.live("gives a page that is exactly full no token, and a whole log without a size", () =>
    Effect.gen(function* () {
      const { request, toloka } = yield* start
      toloka.setLog("op-1", steps)
      for (const query of ["?pageSize=5", ""]) {
        const page = json(yield* request(`/v1/operations/toloka/op-1/log${query}`))
        assert.deepStrictEqual(Object.keys(page), ["steps"])
        assert.strictEqual((page["steps"] as ReadonlyArray<unknown>).length, 5)
      }
    })
  )

  it.live("says that there is none", () =>
    Effect.gen(function* () {
      const { request } = yield* start
      const answer = yield* request("/v1/operations/toloka/op-1/log")
      assert.deepStrictEqual([answer.status, json(answer)["type"]], [501, "urn:opwatch:problem:unsupported"])
    })
  )
})

describe("GET …/explanation", () => {
  it.live("puts the operation, the provider's details and the log together", () =>
    Effect.gen(function* () {
      const { request, toloka } = yield* start
      toloka.set("op-1", { state: "failed", kind: "TASK.BATCH_CREATE", counts: { total: 2, succeeded: 0 } })
      toloka.setLog("op-1", [
        { type: "TASK_VALIDATE", success: false, errors: [{ code: "VALUE_REQUIRED", message: "missing", field: "x" }] },
        { type: "TASK_CREATE", success: true, created: { type: "task", id: "t-1" } }
      ])
      const explanation = json(yield* request("/v1/operations/toloka/op-1/explanation"))
      assert.strictEqual(explanation["state"], "failed")
      assert.deepStrictEqual(explanation["causes"], [
        { code: "VALUE_REQUIRED", field: "x", message: "missing", count: 1, items: [0] }
      ])
      assert.deepStrictEqual(explanation["created"], [{ type: "task", count: 1 }])
      assert.deepStrictEqual(explanation["supportIds"], ["op-1", "trace-1"])
      assert.include(JSON.stringify(explanation["next"]), "Ask for more quota.")
    })
  )

  it.live("does without a log that does not exist, and asks for none where there can be none", () =>
    Effect.gen(function* () {
      const { cloud, request, toloka } = yield* start
      toloka.set("op-1", { state: "succeeded" })
      toloka.set("op-2", { state: "running" })
      cloud.set("op-3", { state: "failed", error: { code: "INTERNAL", message: "it broke", details: [] } })
      for (const ref of ["toloka/op-1", "toloka/op-2", "cloud/op-3"]) {
        assert.strictEqual((yield* request(`/v1/operations/${ref}/explanation`)).status, 200)
      }
      assert.deepStrictEqual([toloka.counts.logs, cloud.counts.logs], [1, 0])
    })
  )
})

describe("POST …/cancel", () => {
  it.live("asks once and answers with the operation as it stands", () =>
    Effect.gen(function* () {
      const { cloud, request } = yield* start
      cloud.set("op-1", { state: "running" })
      const answer = yield* request("/v1/operations/cloud/op-1/cancel", { method: "POST" })
      assert.deepStrictEqual([answer.status, json(answer)["state"]], [200, "running"])
      assert.strictEqual(cloud.counts.cancels, 1)
    })
  )

  it.live("says that the provider cannot", () =>
    Effect.gen(function* () {
      const { request, toloka } = yield* start
      toloka.set("op-1", { state: "running" })
      const answer = yield* request("/v1/operations/toloka/op-1/cancel", { method: "POST" })
      assert.deepStrictEqual([answer.status, json(answer)["type"]], [501, "urn:opwatch:problem:unsupported"])
    })
  )

  it.live("is not there for GET", () =>
    Effect.gen(function* () {
      const { cloud, request } = yield* start
      cloud.set("op-1", { state: "running" })
      const answer = yield* request("/v1/operations/cloud/op-1/cancel")
      assert.deepStrictEqual([answer.status, cloud.counts.cancels], [405, 0])
    })
  )
})
