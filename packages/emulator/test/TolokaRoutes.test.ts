import { assert, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { Emulator } from "../src/Emulator.ts"
import { call, post, type Reply } from "./Client.ts"

const expectReply = ({ json, status }: Reply) => expect({ status, body: json })

describe("Toloka", () => {
  it.effect("serves an operation through its life", () =>
    Effect.gen(function* () {
      yield* post("/_emulator/operations", {
        api: "toloka",
        id: "op-1",
        operation: { type: "POOL.OPEN", parameters: { pool_id: "1" } },
        steps: [
          { after: "1s", set: { status: "RUNNING" } },
          { after: "2 seconds", set: { status: "SUCCESS" } }
        ]
      })
      const get = Effect.map(call("/api/v1/operations/op-1"), ({ json }) => json)

      expect(yield* get).toStrictEqual({
        id: "op-1",
        type: "POOL.OPEN",
        status: "PENDING",
        submitted: "1970-01-01T00:00:00.000",
        parameters: { pool_id: "1" }
      })
      yield* TestClock.adjust("1 second")
      expect(yield* get).toMatchObject({ status: "RUNNING", started: "1970-01-01T00:00:01.000" })
      expect(yield* get).not.toHaveProperty("finished")
      yield* TestClock.adjust("1 second")
      expect(yield* get).toMatchObject({ status: "SUCCESS", finished: "1970-01-01T00:00:02.000" })
    }).pipe(Effect.provide(Emulator.layer()))
  )

  it.effect("serves the log as it was given", () =>
    Effect.gen(function* () {
      const log = [
        { type: "TASK_CREATE", success: true, input: { amount: "1.50" }, output: { task_id: "t" } },
        { type: "POOL_OPEN", success: false, input: { pool_id: 1 }, output: { code: "EMPTY_POOL", message: "m" } }
      ]
      yield* post("/_emulator/operations", { api: "toloka", id: "a", log })
      yield* post("/_emulator/operations", { api: "toloka", id: "empty", log: [] })
      expect((yield* call("/api/v1/operations/a/log")).json).toStrictEqual(log)
      expect((yield* call("/api/v1/operations/empty/log")).json).toStrictEqual([])
    }).pipe(Effect.provide(Emulator.layer()))
  )

  it.effect("answers in its own error shape for what does not exist", () =>
    Effect.gen(function* () {
      yield* post("/_emulator/operations", { api: "toloka", id: "no-log" })
      yield* post("/_emulator/operations", { api: "cloud", id: "cloud-only" })
      const missing = ["nobody", "cloud-only", "nobody/log", "no-log/log"]
      for (const path of missing) {
        const reply = yield* call(`/api/v1/operations/${path}`)
        expectReply(reply).toStrictEqual({
          status: 404,
          body: {
            code: "DOES_NOT_EXIST",
            message: expect.any(String),
            request_id: reply.headers.get("x-request-id")
          }
        })
      }
      for (const path of ["/api", "/api/v1/operation/x", "/api/v2/operations/x", "/api/v1/operations/a/b/c"]) {
        expectReply(yield* call(path)).toMatchObject({ status: 404, body: { code: "NOT_FOUND" } })
      }
      for (const path of ["/api/v1/operations", "/api/v1/operations/no-log", "/api/v1/operations/no-log/log"]) {
        const reply = yield* call(path, { method: "POST" })
        expectReply(reply).toMatchObject({ status: 405, body: { code: "METHOD_NOT_ALLOWED" } })
        assert.strictEqual(reply.headers.get("allow"), "GET")
      }
    }).pipe(Effect.provide(Emulator.layer()))
  )

  it.effect("serves a step's own body and status", () =>
    Effect.gen(function* () {
      yield* post("/_emulator/operations", {
        api: "toloka",
        id: "op",
        steps: [
          { body: '{"open_pool" : fase', httpStatus: 201 },
          { after: "1s", httpStatus: 404 },
          { after: "2s", httpStatus: 203 },
          { after: "3s" }
        ]
      })
      const broken = yield* call("/api/v1/operations/op")
      assert.deepStrictEqual([broken.status, broken.text], [201, '{"open_pool" : fase'])
      yield* TestClock.adjust("1 second")
      expectReply(yield* call("/api/v1/operations/op")).toMatchObject({ status: 404, body: { code: "DOES_NOT_EXIST" } })
      yield* TestClock.adjust("1 second")
      expectReply(yield* call("/api/v1/operations/op")).toMatchObject({ status: 203, body: { id: "op" } })
      yield* TestClock.adjust("1 second")
      expectReply(yield* call("/api/v1/operations/op")).toMatchObject({ status: 200, body: { id: "op" } })
    }).pipe(Effect.provide(Emulator.layer()))
  )
})
