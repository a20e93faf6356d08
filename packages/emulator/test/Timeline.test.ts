import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Script from "../src/Script.ts"
import * as Timeline from "../src/Timeline.ts"

const createdAt = Date.UTC(2030, 0, 2, 3, 4, 5, 60)

const scripted = (input: unknown, cancelAfter?: number) =>
  Effect.map(Script.decode(input), (script): Timeline.Scripted => ({
    id: "op",
    script,
    createdAt,
    cancelAt: cancelAfter === undefined ? undefined : createdAt + cancelAfter
  }))

const after = (operation: Timeline.Scripted, millis: number) => Timeline.at(operation, createdAt + millis).object

describe("Timeline of a Toloka operation", () => {
  const upload = scripted({
    api: "toloka",
    operation: { type: "TASK.BATCH_CREATE", parameters: { open_pool: true } },
    steps: [
      { after: "3s", set: { status: "SUCCESS", progress: null, details: { total_count: 2 } } },
      { after: "1s", set: { status: "RUNNING", progress: 10 } },
      { after: "2s", set: { progress: 60, parameters: { open_pool: false } } }
    ]
  })

  it.effect("starts pending, with naive UTC times and neither start nor finish", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(after(yield* upload, 999), {
        id: "op",
        type: "TASK.BATCH_CREATE",
        status: "PENDING",
        submitted: "2030-01-02T03:04:05.060",
        parameters: { open_pool: true }
      })
    })
  )

  it.effect("stamps the start when it leaves PENDING and keeps it", () =>
    Effect.gen(function* () {
      const operation = yield* upload
      for (const millis of [1000, 2000]) {
        const { started, finished, status } = after(operation, millis)
        assert.deepStrictEqual([status, started, finished], ["RUNNING", "2030-01-02T03:04:06.060", undefined])
      }
    })
  )

  it.effect("applies steps in order of time, merging objects and removing nulls", () =>
    Effect.gen(function* () {
      const operation = yield* upload
      assert.deepInclude(after(operation, 2500), { progress: 60, parameters: { open_pool: false } })
      assert.deepStrictEqual(after(operation, 3000), {
        id: "op",
        type: "TASK.BATCH_CREATE",
        status: "SUCCESS",
        submitted: "2030-01-02T03:04:05.060",
        started: "2030-01-02T03:04:06.060",
        finished: "2030-01-02T03:04:08.060",
        parameters: { open_pool: false },
        details: { total_count: 2 }
      })
    })
  )

  it.effect("goes by an explicit value, and an explicit null removes a default", () =>
    Effect.gen(function* () {
      const operation = yield* scripted({
        api: "toloka",
        operation: { status: "FAIL", submitted: "2016-04-07T16:06:15.9", started: null, finished: null }
      })
      assert.deepStrictEqual(after(operation, 0), {
        id: "op",
        type: "TASK.BATCH_CREATE",
        status: "FAIL",
        submitted: "2016-04-07T16:06:15.9"
      })
    })
  )
})

describe("Timeline of a cloud operation", () => {
  const disk = {
    api: "cloud",
    operation: { description: "Create disk", metadata: { "@type": "t", diskId: "d" } },
    steps: [
      { after: "1s", set: { metadata: { progressPercentage: 40 } } },
      { after: "2s", set: { done: true, response: { id: "d" } } }
    ]
  }

  it.effect("is created not done, with nine fraction digits", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(after(yield* scripted(disk), 0), {
        id: "op",
        createdAt: "2030-01-02T03:04:05.060417093Z",
        modifiedAt: "2030-01-02T03:04:05.060417093Z",
        done: false,
        description: "Create disk",
        metadata: { "@type": "t", diskId: "d" }
      })
    })
  )

  it.effect("is modified when the last step came", () =>
    Effect.gen(function* () {
      const operation = yield* scripted(disk)
      assert.deepInclude(after(operation, 1500), {
        done: false,
        modifiedAt: "2030-01-02T03:04:06.060417093Z",
        metadata: { "@type": "t", diskId: "d", progressPercentage: 40 }
      })
      assert.deepInclude(after(operation, 9000), {
        done: true,
        modifiedAt: "2030-01-02T03:04:07.060417093Z",
        response: { id: "d" }
      })
    })
  )

  it.effect("ends with code 1 when a cancel takes effect, and stays so", () =>
    Effect.gen(function* () {
      const operation = yield* scripted(disk, 1500)
      assert.strictEqual(after(operation, 1499).done, false)
      for (const millis of [1500, 5000]) {
        const { done, error, response, modifiedAt } = after(operation, millis)
        assert.deepStrictEqual(
          { done, error, response, modifiedAt },
          {
            done: true,
            error: { code: 1, message: "Operation was cancelled" },
            response: undefined,
            modifiedAt: "2030-01-02T03:04:06.560417093Z"
          }
        )
      }
    })
  )

  it.effect("ends by itself when that comes before the cancel", () =>
    Effect.gen(function* () {
      const { done, error, response } = after(yield* scripted(disk, 2000), 3000)
      assert.deepStrictEqual({ done, error, response }, { done: true, error: undefined, response: { id: "d" } })
    })
  )

  it.effect("holds a step's own answer until the next step", () =>
    Effect.gen(function* () {
      const operation = yield* scripted({
        api: "cloud",
        steps: [{ httpStatus: 404 }, { after: 10, body: "{" }, { after: 20 }]
      })
      const answers = [0, 10, 20].map((millis) => {
        const { body, httpStatus } = Timeline.at(operation, createdAt + millis)
        return [body, httpStatus]
      })
      assert.deepStrictEqual(answers, [
        [undefined, 404],
        ["{", undefined],
        [undefined, undefined]
      ])
    })
  )
})
