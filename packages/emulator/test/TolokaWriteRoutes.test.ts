import { assert, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { Emulator } from "../src/Emulator.ts"
import * as Scenario from "../src/Scenario.ts"
import { call, post, remove, type Reply } from "./Client.ts"

const emulator = Layer.unwrap(
  Effect.map(Scenario.decode({ operations: [], operationTime: "10s" }), (scenario) =>
    Emulator.layer({ scenario, builtin: false })
  )
)

const expectReply = ({ json, status }: Reply) => expect({ status, body: json })

const operationId = "79636a88-31e5-445f-b9b0-0a2792ebba40"
const asked = `operation_id=${operationId}&async_mode=true`
const operation = call(`/api/v1/operations/${operationId}`)

const tasks = [{ pool_id: "21", input_values: { image: "https://example.com/1.png" } }]
const required = { code: "VALUE_REQUIRED", message: "Value must be present and not equal to null" }

describe("Toloka's writing side", () => {
  it.effect.each([
    ["/tasks?operation_id=x", [{}], { operation_id: { code: "UUID_EXPECTED" } }],
    ["/tasks?async_mode=yes", [{}], { async_mode: { code: "BOOLEAN_EXPECTED" } }],
    ["/user-bonuses?open_pool=true", [{}], { open_pool: { code: "VALUE_NOT_ALLOWED" } }],
    ["/tasks?async_mode=true", [], { body: { code: "OBJECT_EXPECTED" } }],
    ["/tasks?async_mode=true", [1], { body: { code: "OBJECT_EXPECTED" } }],
    ["/tasks?async_mode=true", "text", { body: { code: "OBJECT_EXPECTED" } }],
    ["/tasks", { input_values: {}, pool_id: "no number" }, { pool_id: { code: "ENTITY_DOES_NOT_EXIST" } }],
    ["/tasks", { input_values: {} }, { pool_id: required }],
    ["/user-bonuses", { user_id: "a", amount: null }, { amount: required }]
  ] as const)("refuses %s of %o", ([path, body, payload]) =>
    Effect.gen(function* () {
      expectReply(yield* post(`/api/v1${path}`, body)).toMatchObject({
        status: 400,
        body: { code: "VALIDATION_ERROR", payload }
      })
    }).pipe(Effect.provide(emulator))
  )

  it.effect("knows no pool that is not a number, and no other verbs", () =>
    Effect.gen(function* () {
      expectReply(yield* call("/api/v1/pools/x")).toMatchObject({ status: 404, body: { code: "DOES_NOT_EXIST" } })
      expectReply(yield* call("/api/v1/pools/x/open", { method: "POST" })).toMatchObject({ status: 404 })
      for (const path of ["/tasks/1", "/pools/1"]) {
        expectReply(yield* post(`/api/v1${path}`, {})).toMatchObject({
          status: 405,
          body: { code: "METHOD_NOT_ALLOWED" }
        })
      }
      expectReply(yield* call("/api/v1/pools/1/open")).toMatchObject({ status: 405 })
    }).pipe(Effect.provide(emulator))
  )

  it.effect("forgets what was written with the operations that wrote it", () =>
    Effect.gen(function* () {
      yield* post(`/api/v1/tasks?${asked}&open_pool=true`, tasks)
      yield* TestClock.adjust("10 seconds")
      yield* remove("/_emulator/operations")
      assert.strictEqual((yield* operation).status, 404)
      expect((yield* call("/api/v1/tasks")).json).toMatchObject({ items: [] })
      expect((yield* call("/api/v1/pools/21")).json).toMatchObject({ status: "CLOSED" })
    }).pipe(Effect.provide(emulator))
  )

  it.effect("runs operations for a second where the scenario does not say", () =>
    Effect.gen(function* () {
      yield* post(`/api/v1/tasks?${asked}`, tasks)
      yield* TestClock.adjust(999)
      expect((yield* operation).json).toMatchObject({ status: "RUNNING" })
      yield* TestClock.adjust(1)
      expect((yield* operation).json).toMatchObject({ status: "SUCCESS" })
    }).pipe(Effect.provide(Emulator.layer()))
  )
})
