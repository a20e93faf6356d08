import { assert, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { Emulator } from "../src/Emulator.ts"
import * as Log from "../src/Log.ts"
import { call, post, put } from "./Client.ts"

const emulator = Emulator.layer({ builtin: false })

interface Step {
  readonly type: string
  readonly success: boolean
  readonly input: { readonly __item_idx: string }
  readonly output: Readonly<Record<string, unknown>>
}

const stepsOf = (json: unknown) => json as ReadonlyArray<Step>

describe("the log of a Toloka operation", () => {
  it.effect("is generated, with every n-th step failed in one of the two shapes", () =>
    Effect.gen(function* () {
      const log = { generate: { count: 1001, failEvery: 3 } }
      yield* post("/_emulator/operations", { api: "toloka", id: "op", log })
      const reply = yield* call("/api/v1/operations/op/log")
      assert.strictEqual(reply.headers.get("content-type"), "application/json")
      assert.isNotNull(reply.headers.get("x-request-id"))
      const steps = stepsOf(reply.json)
      assert.deepStrictEqual(
        steps.map(({ input }) => Number(input.__item_idx)),
        Array.from({ length: 1001 }, (_, index) => index)
      )
      assert.deepStrictEqual(
        steps.map(({ success, type }) => [type, success]),
        steps.map((_, index) => ((index + 1) % 3 === 0 ? ["TASK_VALIDATE", false] : ["TASK_CREATE", true]))
      )
      expect(steps[0]?.output).toStrictEqual({ task_id: expect.stringMatching(/^[0-9a-f]{10}--[0-9a-f]{24}$/) })
      expect(steps[2]?.output).toStrictEqual({
        "input_values.image": expect.objectContaining({ code: "VALUE_REQUIRED" })
      })
      expect(steps[5]?.output).toMatchObject({ code: "VALIDATION_ERROR", payload: { "input_values.image": {} } })
      assert.deepStrictEqual((yield* call("/api/v1/operations/op/log")).text, reply.text)
    }).pipe(Effect.provide(emulator))
  )

  it.effect.each([
    ["TASK_SUITE_CREATE", "TASK_SUITE_VALIDATE", "task_suite_id", "tasks.0.input_values.image"],
    ["USER_BONUS_PERSIST", "USER_BONUS_VALIDATE", "user_bonus_id", "user_id"]
  ] as const)("is generated of %s steps", ([type, failed, id, field]) =>
    Effect.gen(function* () {
      const log = { generate: { count: 3, type, failEvery: 3 } }
      yield* post("/_emulator/operations", { api: "toloka", id: "op", log })
      const [first, , last] = stepsOf((yield* call("/api/v1/operations/op/log")).json)
      expect(first).toMatchObject({ type, success: true, output: { [id]: expect.any(String) } })
      expect(last).toMatchObject({ type: failed, success: false, output: { [field]: { code: "VALUE_REQUIRED" } } })
    }).pipe(Effect.provide(emulator))
  )

  it.effect.each([0, 1, 500, 501])("is whole JSON with %d generated steps", (count) =>
    Effect.gen(function* () {
      yield* post("/_emulator/operations", { api: "toloka", id: "op", log: { generate: { count } } })
      assert.strictEqual(stepsOf((yield* call("/api/v1/operations/op/log")).json).length, count)
    }).pipe(Effect.provide(emulator))
  )

  it.effect("is made step by step, and only as far as it is read", () =>
    Effect.gen(function* () {
      const log = { count: Number.MAX_SAFE_INTEGER, type: "TASK_CREATE" } as const
      const chunks = yield* Stream.runCollect(Stream.take(Log.stream(log), 2))
      assert.strictEqual(chunks.length, 2)
      for (const chunk of chunks) assert.isBelow(chunk.length, 200_000)
    })
  )

  it.effect("is cut after its first part where it is streamed and a fault truncates it", () =>
    Effect.gen(function* () {
      yield* post("/_emulator/operations", { api: "toloka", id: "op", log: { generate: { count: 5000 } } })
      yield* put("/_emulator/faults", [{ kind: "truncated", times: 1 }])
      assert.strictEqual((yield* Effect.flip(call("/api/v1/operations/op/log")))._tag, "Broken")
      assert.strictEqual((yield* call("/api/v1/operations/op/log")).status, 200)
    }).pipe(Effect.provide(emulator))
  )

  it.effect("is no longer there once it is archived", () =>
    Effect.gen(function* () {
      yield* post("/_emulator/operations", { api: "toloka", id: "op", log: "archived" })
      const { json, status } = yield* call("/api/v1/operations/op/log")
      assert.strictEqual(status, 409)
      expect(json).toMatchObject({ code: "OPERATION_LOGS_ARCHIVED", request_id: expect.any(String) })
      assert.strictEqual((yield* call("/api/v1/operations/op")).status, 200)
    }).pipe(Effect.provide(emulator))
  )
})
