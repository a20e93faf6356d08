import { assert, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Emulator } from "../src/Emulator.ts"
import { call } from "./Client.ts"

describe("the built-in set", () => {
  it.effect("has the documented failed batch with its log", () =>
    Effect.gen(function* () {
      expect((yield* call("/api/v1/operations/57068577e4b0bf7b07a0256f")).json).toStrictEqual({
        id: "57068577e4b0bf7b07a0256f",
        type: "TASK_SUITE.BATCH_CREATE",
        status: "FAIL",
        submitted: "2016-04-07T16:06:15.902",
        started: "2016-04-07T16:06:15.902",
        finished: "2016-04-07T16:06:15.902",
        progress: 100,
        parameters: { open_pool: false, allow_defaults: false, skip_invalid_items: false },
        details: { total_count: 2, valid_count: 0, failed_count: 2, success_count: 0, not_valid_count: 2 }
      })
      const shapeA = { "tasks.0.input_values.image": { code: "VALUE_REQUIRED" } }
      const shapeB = {
        code: "VALIDATION_ERROR",
        payload: { "tasks.1.input_values.image": { code: "INVALID_URL_SYNTAX" } }
      }
      expect((yield* call("/api/v1/operations/57068577e4b0bf7b07a0256f/log")).json).toMatchObject(
        [shapeA, shapeB].map((output) => ({ type: "TASK_SUITE_VALIDATE", success: false, output }))
      )
    }).pipe(Effect.provide(Emulator.layer()))
  )

  it.effect("has a partial success whose log tells what was created", () =>
    Effect.gen(function* () {
      expect((yield* call("/api/v1/operations/5a3e6c0be4b0bf7b07a02570")).json).toMatchObject({
        status: "SUCCESS",
        details: { total_count: 3, success_count: 2 }
      })
      expect((yield* call("/api/v1/operations/5a3e6c0be4b0bf7b07a02570/log")).json).toMatchObject([
        { success: true, output: { task_id: expect.any(String) } },
        { success: false },
        { success: true, output: { task_id: expect.any(String) } }
      ])
    }).pipe(Effect.provide(Emulator.layer()))
  )

  it.effect("has an opened pool, a created disk and a quota failure", () =>
    Effect.gen(function* () {
      expect((yield* call("/api/v1/operations/5a3e6c0be4b0bf7b07a02573")).json).toMatchObject({
        type: "POOL.OPEN",
        status: "SUCCESS"
      })
      expect((yield* call("/operations/fhmdone0emulator0001")).json).toMatchObject({
        done: true,
        modifiedAt: "2024-03-05T10:00:07.598Z",
        response: { "@type": "type.googleapis.com/yandex.cloud.compute.v1.Disk" }
      })
      expect((yield* call("/operations/fhmquota0emulator001")).json).toMatchObject({
        done: true,
        error: { code: 8, details: [{ violations: [{ metric: { name: "compute.instances.count" } }] }, {}] }
      })
    }).pipe(Effect.provide(Emulator.layer()))
  )

  it.effect("stays away when it is not wanted", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* call("/api/v1/operations/57068577e4b0bf7b07a0256f")).status, 404)
    }).pipe(Effect.provide(Emulator.layer({ builtin: false })))
  )
})
