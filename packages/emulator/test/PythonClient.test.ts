import { assert, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { Emulator } from "../src/Emulator.ts"
import * as Scenario from "../src/Scenario.ts"
import { call, post, put, type Reply } from "./Client.ts"

const emulator = Layer.unwrap(
  Effect.map(Scenario.decode({ operations: [], operationTime: "10s" }), (scenario) =>
    Emulator.layer({ scenario, builtin: false })
  )
)

const expectReply = ({ json, status }: Reply) => expect({ status, body: json })

const operationId = "79636a88-31e5-445f-b9b0-0a2792ebba40"
const asked = `operation_id=${operationId}&async_mode=true`
const operation = call(`/api/v1/operations/${operationId}`)
const log = call(`/api/v1/operations/${operationId}/log`)

const task = (index: number, input_values?: object) => ({ __item_idx: String(index), input_values, pool_id: "21" })
const image = { image: "https://example.com/1.png" }
const required = { code: "VALUE_REQUIRED", message: "Value must be present and not equal to null" }

interface Item {
  readonly id: string
}

/** Requests are those that the official Python client, toloka-kit 1.2.3, was seen to make for the call in the name. */
describe("the official Python client", () => {
  it.effect("creates tasks, waits, and maps what came of each: create_tasks", () =>
    Effect.gen(function* () {
      const items = [task(0, image), task(1, image), task(2), task(3, image)]
      const accepted = yield* post(`/api/v1/tasks?${asked}&allow_defaults=true&skip_invalid_items=true`, items)
      expectReply(accepted).toStrictEqual({
        status: 202,
        body: {
          id: operationId,
          type: "TASK.BATCH_CREATE",
          status: "PENDING",
          submitted: "1970-01-01T00:00:00.000",
          parameters: { skip_invalid_items: true, allow_defaults: true, open_pool: false }
        }
      })
      yield* TestClock.adjust("2 seconds")
      expect((yield* operation).json).toMatchObject({ status: "RUNNING", progress: 0 })
      yield* TestClock.adjust("4 seconds")
      expect((yield* operation).json).toMatchObject({ status: "RUNNING", progress: 50 })
      expect((yield* log).json).toStrictEqual([])
      expect((yield* call("/api/v1/tasks?pool_id=21&sort=id")).json).toStrictEqual({ items: [], has_more: false })

      yield* TestClock.adjust("4 seconds")
      expect((yield* operation).json).toMatchObject({
        status: "SUCCESS",
        finished: "1970-01-01T00:00:10.000",
        progress: 100,
        details: { total_count: 4, valid_count: 3, not_valid_count: 1, success_count: 3, failed_count: 1 }
      })
      const steps = (yield* log).json as ReadonlyArray<{ readonly output: { readonly task_id?: string } }>
      expect(steps).toStrictEqual([
        ...[0, 1].map((index) => created("TASK_CREATE", { ...task(index, image), overlap: 1 }, "task_id")),
        {
          type: "TASK_VALIDATE",
          success: false,
          input: { __item_idx: "2", pool_id: "21", overlap: 1 },
          output: { input_values: required }
        },
        created("TASK_CREATE", { ...task(3, image), overlap: 1 }, "task_id")
      ])

      const ids = steps.flatMap(({ output }) => output.task_id ?? []).toSorted()
      const query = `pool_id=21&id_lte=${ids.at(-1)}&id_gte=${ids[0]}&sort=id`
      const { has_more, items: found } = (yield* call(`/api/v1/tasks?${query}`)).json as {
        items: ReadonlyArray<Item>
        has_more: boolean
      }
      assert.isFalse(has_more)
      assert.deepStrictEqual(
        found.map(({ id }) => id),
        ids
      )
      expect(found[0]).toMatchObject({
        pool_id: "21",
        input_values: image,
        created: "1970-01-01T00:00:10.000",
        overlap: 1
      })
      expect(found[0]).not.toHaveProperty("__item_idx")
    }).pipe(Effect.provide(emulator))
  )

  it.effect("creates one task: create_task", () =>
    Effect.gen(function* () {
      yield* post(`/api/v1/tasks?${asked}&allow_defaults=true`, task(0, image))
      const first = "/api/v1/tasks/0000000015--000000000000000000000001"
      assert.strictEqual((yield* call(first)).status, 404)
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual((yield* call(first)).status, 200)
      const [step] = (yield* log).json as ReadonlyArray<{ readonly output: { readonly task_id: string } }>
      const reply = yield* call(`/api/v1/tasks/${step?.output.task_id}`)
      expectReply(reply).toMatchObject({ status: 200, body: { id: step?.output.task_id, pool_id: "21" } })
      expectReply(yield* call("/api/v1/tasks/nothing")).toMatchObject({ status: 404, body: { code: "DOES_NOT_EXIST" } })
    }).pipe(Effect.provide(emulator))
  )

  it.effect("fails all for one that is invalid, and says of which: create_tasks without skip_invalid_items", () =>
    Effect.gen(function* () {
      yield* post(`/api/v1/tasks?${asked}`, [task(0, image), task(1, { image: null })])
      yield* TestClock.adjust("10 seconds")
      expect((yield* operation).json).toMatchObject({
        status: "FAIL",
        details: { total_count: 2, valid_count: 1, not_valid_count: 1, success_count: 0, failed_count: 2 }
      })
      expect((yield* log).json).toMatchObject([
        { type: "TASK_VALIDATE", input: { __item_idx: "1" }, output: { "input_values.image": required } }
      ])
      expect((yield* call("/api/v1/tasks")).json).toMatchObject({ items: [] })
    }).pipe(Effect.provide(emulator))
  )

  it.effect("is told of a repeat, and finds the operation instead: _async_create_objects_idempotent", () =>
    Effect.gen(function* () {
      const create = post(`/api/v1/tasks?${asked}`, [task(0, image)])
      const both = yield* Effect.all([create, create], { concurrency: "unbounded" })
      assert.deepStrictEqual(both.map(({ status }) => status).toSorted(), [202, 409])
      expectReply(yield* create).toMatchObject({ status: 409, body: { code: "OPERATION_ALREADY_EXISTS" } })
      yield* TestClock.adjust("10 seconds")
      expectReply(yield* operation).toMatchObject({ status: 200, body: { status: "SUCCESS" } })
      expect((yield* call("/api/v1/tasks")).json).toMatchObject({ items: [{ pool_id: "21" }], has_more: false })
    }).pipe(Effect.provide(emulator))
  )

  it.effect("does not lose what a broken answer hid: a repeat after a truncated one", () =>
    Effect.gen(function* () {
      yield* put("/_emulator/faults", [{ kind: "truncated", times: 1 }])
      const create = post(`/api/v1/tasks?${asked}`, [task(0, image)])
      assert.strictEqual((yield* Effect.flip(create))._tag, "Broken")
      assert.strictEqual((yield* create).status, 409)
    }).pipe(Effect.provide(emulator))
  )

  it.effect("creates task suites: create_task_suites", () =>
    Effect.gen(function* () {
      const suite = { infinite_overlap: false, overlap: 1, pool_id: "21" }
      yield* post(`/api/v1/task-suites?${asked}&skip_invalid_items=true`, [
        { ...suite, __item_idx: "0", tasks: [{ input_values: { q: 1 } }, { id: "known" }] },
        { ...suite, __item_idx: "1", tasks: [] },
        { ...suite, __item_idx: "2", tasks: [{ input_values: {} }, {}] }
      ])
      yield* TestClock.adjust("10 seconds")
      expect((yield* log).json).toMatchObject([
        { type: "TASK_SUITE_CREATE", success: true, output: { task_suite_id: expect.any(String) } },
        { type: "TASK_SUITE_VALIDATE", success: false, output: { tasks: required } },
        { type: "TASK_SUITE_VALIDATE", success: false, output: { "tasks.1.input_values": required } }
      ])
      expect((yield* call("/api/v1/task-suites?pool_id=21&sort=id")).json).toMatchObject({
        items: [{ pool_id: "21", tasks: [{ id: expect.any(String), input_values: { q: 1 } }, { id: "known" }] }]
      })
    }).pipe(Effect.provide(emulator))
  )

  it.effect("grants bonuses: create_user_bonuses", () =>
    Effect.gen(function* () {
      const bonus = { user_id: "a1", amount: 0.5, public_title: { EN: "x" }, public_message: { EN: "y" } }
      const accepted = yield* post(`/api/v1/user-bonuses?${asked}&skip_invalid_items=true`, [
        { __item_idx: "0", ...bonus },
        { __item_idx: "1", amount: 1 }
      ])
      expect(accepted.json).toMatchObject({ type: "USER_BONUS.BATCH_CREATE", parameters: { skip_invalid_items: true } })
      yield* TestClock.adjust("10 seconds")
      const steps = (yield* log).json as ReadonlyArray<{ readonly output: { readonly user_bonus_id?: string } }>
      expect(steps).toMatchObject([
        { type: "USER_BONUS_PERSIST", success: true, output: { user_bonus_id: expect.stringMatching(/^\d+$/) } },
        { type: "USER_BONUS_VALIDATE", success: false, output: { user_id: required } }
      ])
      const id = steps[0]?.output.user_bonus_id
      expect((yield* call(`/api/v1/user-bonuses?id_lte=${id}&id_gte=${id}&sort=id`)).json).toStrictEqual({
        items: [{ ...bonus, without_message: false, id, created: "1970-01-01T00:00:10.000" }],
        has_more: false
      })
    }).pipe(Effect.provide(emulator))
  )

  it.effect("creates at once: create_tasks with async_mode=False", () =>
    Effect.gen(function* () {
      const query = `operation_id=${operationId}&async_mode=false`
      const many = yield* post(`/api/v1/tasks?${query}&skip_invalid_items=true`, [task(0, image), task(1)])
      expectReply(many).toStrictEqual({
        status: 201,
        body: {
          items: { "0": expect.objectContaining({ pool_id: "21", input_values: image }) },
          validation_errors: { "1": { input_values: required } }
        }
      })
      expectReply(yield* post(`/api/v1/tasks?${query}`, task(0, image))).toMatchObject({
        status: 201,
        body: { pool_id: "21" }
      })
      expectReply(yield* post(`/api/v1/tasks?${query}`, [task(0, image), task(1)])).toMatchObject({
        status: 400,
        body: { code: "VALIDATION_ERROR", payload: { "1": { input_values: required } } }
      })
      expectReply(yield* post(`/api/v1/tasks?${query}`, task(0))).toMatchObject({
        status: 400,
        body: { payload: { input_values: required } }
      })
      assert.strictEqual((yield* operation).status, 404)
    }).pipe(Effect.provide(emulator))
  )

  it.effect("opens a pool, waits and looks at it, and closes it: open_pool, close_pool", () =>
    Effect.gen(function* () {
      const pool = call("/api/v1/pools/21")
      expect((yield* pool).json).toMatchObject({ id: "21", status: "CLOSED" })
      assert.strictEqual((yield* post("/api/v1/pools/21/close", {})).status, 204)

      const opening = yield* call("/api/v1/pools/21/open", { method: "POST" })
      expectReply(opening).toMatchObject({
        status: 202,
        body: { id: expect.stringMatching(/^[0-9a-f]{24}$/), type: "POOL.OPEN", parameters: { pool_id: "21" } }
      })
      for (const verb of ["open", "close"]) {
        expectReply(yield* call(`/api/v1/pools/21/${verb}`, { method: "POST" })).toMatchObject({
          status: 409,
          body: { code: "POOL_LOCKED_BY_ANOTHER_OPERATION" }
        })
      }
      yield* TestClock.adjust("10 seconds")
      const { id } = opening.json as Item
      const ended = (yield* call(`/api/v1/operations/${id}`)).json
      expect(ended).toMatchObject({ status: "SUCCESS", parameters: { pool_id: "21" } })
      expect(ended).not.toHaveProperty("details")
      expect((yield* call(`/api/v1/operations/${id}/log`)).status).toBe(404)
      expect((yield* pool).json).toMatchObject({ status: "OPEN", last_started: "1970-01-01T00:00:10.000" })

      const again = yield* call("/api/v1/pools/21/open", { method: "POST" })
      assert.deepStrictEqual([again.status, again.text], [204, ""])
      const closing = yield* call("/api/v1/pools/21/close", { method: "POST" })
      expectReply(closing).toMatchObject({ status: 202, body: { type: "POOL.CLOSE" } })
      yield* TestClock.adjust("10 seconds")
      expect((yield* pool).json).toMatchObject({ status: "CLOSED", last_close_reason: "MANUAL" })
    }).pipe(Effect.provide(emulator))
  )

  it.effect("opens the pool with an upload, or reads in the log why not: open_pool=True", () =>
    Effect.gen(function* () {
      yield* call("/api/v1/pools/22/open", { method: "POST" })
      yield* post(`/api/v1/tasks?${asked}&open_pool=true`, [task(0, image), { pool_id: 22, input_values: image }])
      yield* TestClock.adjust("10 seconds")
      expect((yield* call("/api/v1/pools/21")).json).toMatchObject({ status: "OPEN" })
      expect((yield* operation).json).toMatchObject({ status: "SUCCESS", parameters: { open_pool: true } })
      const steps = (yield* log).json as ReadonlyArray<object>
      expect(steps.slice(2)).toStrictEqual([
        {
          type: "POOL_OPEN",
          success: false,
          input: { pool_id: 22 },
          output: { code: "POOL_LOCKED_BY_ANOTHER_OPERATION", message: expect.any(String) }
        }
      ])
    }).pipe(Effect.provide(emulator))
  )
})

const created = (type: string, input: object, idField: string) => ({
  type,
  success: true,
  input,
  output: { [idField]: expect.stringMatching(/^[0-9a-f]{10}--[0-9a-f]{24}$/) }
})
