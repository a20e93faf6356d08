import { assert, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { Emulator } from "../src/Emulator.ts"
import { call, post, type Reply } from "./Client.ts"

const expectReply = ({ json, status }: Reply) => expect({ status, body: json })

describe("the cloud operation service", () => {
  it.effect("serves an operation with every header support asks for", () =>
    Effect.gen(function* () {
      yield* post("/_emulator/operations", {
        api: "cloud",
        id: "fhm.1~a_b-c",
        operation: { description: "d", metadata: { "@type": "type.googleapis.com/x.YMetadata", yId: "1" } },
        steps: [{ after: "1m", set: { done: true, response: { "@type": "r" } } }]
      })
      const reply = yield* call("/operations/fhm.1~a_b-c")
      assert.match(reply.headers.get("x-request-id") ?? "", /^[0-9a-f-]{36}$/)
      assert.match(reply.headers.get("x-server-trace-id") ?? "", /^[0-9a-f]+:[0-9a-f]+:[0-9a-f]+:1$/)
      expectReply(reply).toMatchObject({
        status: 200,
        body: {
          createdAt: expect.stringMatching(/^1970-01-01T00:00:00\.\d{9}Z$/),
          done: false,
          metadata: { yId: "1" }
        }
      })
      yield* TestClock.adjust("1 minute")
      expectReply(yield* call("/operations/fhm.1~a_b-c")).toMatchObject({
        body: { done: true, response: { "@type": "r" } }
      })
    }).pipe(Effect.provide(Emulator.layer()))
  )

  it.effect("answers code 5 with a RequestInfo for what does not exist", () =>
    Effect.gen(function* () {
      yield* post("/_emulator/operations", { api: "toloka", id: "toloka-only" })
      for (const path of ["/operations/nobody", "/operations/toloka-only", "/operations/nobody:cancel", "/nowhere"]) {
        const reply = yield* call(path)
        expectReply(reply).toStrictEqual({
          status: 404,
          body: {
            code: 5,
            message: expect.any(String),
            details: [
              {
                "@type": "type.googleapis.com/google.rpc.RequestInfo",
                requestId: reply.headers.get("x-request-id")
              }
            ]
          }
        })
        assert.isNotNull(reply.headers.get("x-server-trace-id"))
      }
      expectReply(yield* post("/operations:cancel", {})).toMatchObject({ status: 404, body: { code: 5 } })
    }).pipe(Effect.provide(Emulator.layer()))
  )

  for (const method of ["GET", "POST"]) {
    it.effect(`cancels on ${method} some time later, and refuses once it is finished`, () =>
      Effect.gen(function* () {
        yield* post("/_emulator/operations", { api: "cloud", id: "op", cancel: { after: "2s" } })
        const cancel = call("/operations/op:cancel", { method })

        expectReply(yield* cancel).toMatchObject({ status: 200, body: { id: "op", done: false } })
        yield* TestClock.adjust("1 second")
        // Asking again does not put it off.
        expectReply(yield* cancel).toMatchObject({ status: 200, body: { done: false } })
        yield* TestClock.adjust("1 second")
        expectReply(yield* call("/operations/op")).toMatchObject({
          body: { done: true, error: { code: 1, message: "Operation was cancelled" } }
        })
        expectReply(yield* cancel).toMatchObject({ status: 400, body: { code: 9 } })
      }).pipe(Effect.provide(Emulator.layer()))
    )
  }

  it.effect("refuses the wrong verb with 405, and says which are right", () =>
    Effect.gen(function* () {
      const wrong = [
        ["POST", "/operations/op", "GET"],
        ["DELETE", "/operations/op", "GET, POST"],
        ["PUT", "/operations/op:cancel", "GET, POST"],
        ["POST", "/compute/v1/instances/i/operations", "GET"],
        ["GET", "/iam/v1/tokens", "POST"],
        ["GET", "/oauth/token", "POST"],
        ["DELETE", "/endpoints", "GET"]
      ] as const
      for (const [method, path, allow] of wrong) {
        const reply = yield* call(path, { method })
        expectReply(reply).toMatchObject({
          status: 405,
          body: { code: 12, details: [{ requestId: expect.any(String) }] }
        })
        assert.strictEqual(reply.headers.get("allow"), allow)
      }
    }).pipe(Effect.provide(Emulator.layer()))
  )

  it.effect("knows cancel under the one verb of the script, or else of the emulator", () =>
    Effect.gen(function* () {
      yield* post("/_emulator/operations", [
        { api: "cloud", id: "get", cancelVerb: "GET" },
        { api: "cloud", id: "post" }
      ])
      const statusOf = (path: string, method: string) => Effect.map(call(path, { method }), ({ status }) => status)
      assert.strictEqual(yield* statusOf("/operations/get:cancel", "POST"), 404)
      assert.strictEqual(yield* statusOf("/operations/post:cancel", "GET"), 404)
      yield* TestClock.adjust("1 minute")
      expectReply(yield* call("/operations/get")).toMatchObject({ body: { done: false } })
      assert.strictEqual(yield* statusOf("/operations/get:cancel", "GET"), 200)
      assert.strictEqual(yield* statusOf("/operations/post:cancel", "POST"), 200)
      expect((yield* call("/_emulator/requests")).json).toMatchObject({ operations: { get: { cancel: 2 } } })
    }).pipe(Effect.provide(Emulator.layer({ cancelVerb: "POST" })))
  )

  it.effect("cancels 300 milliseconds later when the script does not say", () =>
    Effect.gen(function* () {
      yield* post("/_emulator/operations", { api: "cloud", id: "op" })
      yield* call("/operations/op:cancel")
      yield* TestClock.adjust(299)
      expectReply(yield* call("/operations/op")).toMatchObject({ body: { done: false } })
      yield* TestClock.adjust(1)
      expectReply(yield* call("/operations/op")).toMatchObject({ body: { done: true, error: { code: 1 } } })
    }).pipe(Effect.provide(Emulator.layer()))
  )

  it.effect("refuses or ignores a cancel where the script says so", () =>
    Effect.gen(function* () {
      yield* post("/_emulator/operations", [
        { api: "cloud", id: "hard", cancel: "unsupported" },
        { api: "cloud", id: "deaf", cancel: "ignored" }
      ])
      expectReply(yield* call("/operations/hard:cancel")).toMatchObject({ status: 501, body: { code: 12 } })
      expectReply(yield* call("/operations/deaf:cancel")).toMatchObject({ status: 200, body: { done: false } })
      yield* TestClock.adjust("1 hour")
      expectReply(yield* call("/operations/deaf")).toMatchObject({ body: { done: false } })
    }).pipe(Effect.provide(Emulator.layer()))
  )
})
