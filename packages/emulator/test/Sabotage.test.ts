import { assert, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Emulator } from "../src/Emulator.ts"
import { call, post, put } from "./Client.ts"

const cloudPath = "/operations/c"
const tolokaPath = "/api/v1/operations/t"

/** Faults are over real sockets and, where they take time, in real time. */
const withFault = <A, E, R>(fault: unknown, use: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    yield* post("/_emulator/operations", [
      { api: "cloud", id: "c", operation: { description: "x".repeat(5000) } },
      { api: "toloka", id: "t" }
    ])
    yield* put("/_emulator/faults", [fault])
    return yield* use
  }).pipe(Effect.provide(Emulator.layer()))

describe("faults on the wire", () => {
  it.live.each([
    ["throttled", 429, 8, "TOO_MANY_REQUESTS"],
    ["internal", 500, 13, "INTERNAL_ERROR"],
    ["unavailable", 503, 14, "REMOTE_SERVICE_UNAVAILABLE"]
  ] as const)("%s comes in the error shape of each API", ([kind, status, cloudCode, tolokaCode]) =>
    withFault(
      { kind },
      Effect.gen(function* () {
        const cloud = yield* call(cloudPath)
        const toloka = yield* call(tolokaPath)
        assert.deepStrictEqual([cloud.status, toloka.status], [status, status])
        assert.isNull(cloud.headers.get("retry-after"))
        expect(cloud.json).toMatchObject({
          code: cloudCode,
          details: [{ requestId: cloud.headers.get("x-request-id") }]
        })
        expect(toloka.json).toMatchObject({ code: tolokaCode, request_id: toloka.headers.get("x-request-id") })
      })
    )
  )

  it.live("throttled may say how long to wait", () =>
    withFault(
      { kind: "throttled", retryAfter: 7 },
      Effect.gen(function* () {
        assert.strictEqual((yield* call(cloudPath)).headers.get("retry-after"), "7")
      })
    )
  )

  it.live("badGateway is a proxy's page", () =>
    withFault(
      { kind: "badGateway" },
      Effect.gen(function* () {
        const reply = yield* call(tolokaPath)
        assert.deepStrictEqual([reply.status, reply.headers.get("content-type")], [502, "text/html"])
        assert.match(reply.text, /^<html>/)
      })
    )
  )

  it.live("notJson is a success that cannot be read", () =>
    withFault(
      { kind: "notJson" },
      Effect.gen(function* () {
        const reply = yield* call(cloudPath)
        assert.deepStrictEqual([reply.status, reply.json], [200, undefined])
        assert.isNotEmpty(reply.text)
      })
    )
  )

  it.live("reset ends the connection without an answer, and the next request goes through", () =>
    withFault(
      { kind: "reset", times: 1 },
      Effect.gen(function* () {
        assert.strictEqual((yield* Effect.flip(call(cloudPath))).code, "ECONNRESET")
        assert.strictEqual((yield* call(cloudPath)).status, 200)
      })
    )
  )

  it.live("truncated promises the whole and sends half", () =>
    withFault(
      { kind: "truncated", times: 1 },
      Effect.gen(function* () {
        const { url } = yield* Emulator
        const whole = 5000
        const { length, promised, error } = yield* Effect.promise(async () => {
          const response = await fetch(url + cloudPath)
          let length = 0
          let error: unknown
          try {
            for await (const chunk of response.body ?? []) length += chunk.length
          } catch (cause) {
            error = cause
          }
          return { length, promised: Number(response.headers.get("content-length")), error }
        })
        assert.isAbove(promised, whole)
        assert.strictEqual(length, Math.floor(promised / 2))
        assert.instanceOf(error, Error)
        assert.strictEqual((yield* call(cloudPath)).status, 200)
      })
    )
  )

  it.live("slow answers in full, but late", () =>
    withFault(
      { kind: "slow", delay: "150ms", times: 1 },
      Effect.gen(function* () {
        const started = performance.now()
        expect((yield* call(cloudPath)).json).toMatchObject({ id: "c" })
        assert.isAtLeast(performance.now() - started, 145)
      })
    )
  )

  it.live("leave the control side alone", () =>
    withFault(
      { kind: "reset" },
      Effect.gen(function* () {
        for (const path of ["health", "operations", "faults", "requests"]) {
          assert.strictEqual((yield* call(`/_emulator/${path}`)).status, 200)
        }
      })
    )
  )

  it.live("come in the same order again for the same seed", () => {
    const run = Effect.forEach(Array.from({ length: 40 }), () => Effect.map(call(cloudPath), ({ status }) => status))
    const faults = { kind: "unavailable", rate: 0.5, seed: 42 }
    return Effect.gen(function* () {
      const first = yield* withFault(faults, run)
      assert.deepStrictEqual(yield* withFault(faults, run), first)
      assert.sameMembers([...new Set(first)], [200, 503])
    })
  })
})
