import { assert, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Emulator } from "../src/Emulator.ts"
import { call, post, put, remove } from "./Client.ts"

const emulator = Emulator.layer({ builtin: false })

const noKinds = { get: 0, log: 0, cancel: 0, list: 0, token: 0, write: 0, read: 0 }

describe("the control side", () => {
  it.effect("tells that it is there, to HEAD as well", () =>
    Effect.gen(function* () {
      expect((yield* call("/_emulator/health")).json).toStrictEqual({ ok: true })
      assert.strictEqual((yield* call("/_emulator/health", { method: "HEAD" })).status, 200)
    }).pipe(Effect.provide(emulator))
  )

  it.effect("creates one operation and tells where it is", () =>
    Effect.gen(function* () {
      const reply = yield* post("/_emulator/operations", { api: "toloka", id: "x" })
      assert.strictEqual(reply.status, 201)
      expect(reply.json).toStrictEqual({ id: "x", api: "toloka", path: "/api/v1/operations/x" })
      assert.strictEqual((yield* call("/api/v1/operations/x")).status, 200)
    }).pipe(Effect.provide(emulator))
  )

  it.effect("creates several, with ids of the documented form where none is given", () =>
    Effect.gen(function* () {
      const reply = yield* post("/_emulator/operations", [
        { api: "toloka" },
        { api: "cloud" },
        { api: "cloud", operation: { id: "pasted", done: true } }
      ])
      assert.strictEqual(reply.status, 201)
      expect(reply.json).toStrictEqual([
        { api: "toloka", id: expect.stringMatching(/^[0-9a-f]{24}$/), path: expect.any(String) },
        { api: "cloud", id: expect.stringMatching(/^fhm[0-9a-v]{17}$/), path: expect.any(String) },
        { api: "cloud", id: "pasted", path: "/operations/pasted" }
      ])
    }).pipe(Effect.provide(emulator))
  )

  it.effect("starts an operation anew under an id that is taken", () =>
    Effect.gen(function* () {
      yield* post("/_emulator/operations", { api: "cloud", id: "x", operation: { done: true } })
      yield* post("/_emulator/operations", { api: "cloud", id: "x" })
      expect((yield* call("/operations/x")).json).toMatchObject({ done: false })
    }).pipe(Effect.provide(emulator))
  )

  it.effect("refuses bad input, says why, and takes nothing of it", () =>
    Effect.gen(function* () {
      const bad = yield* post("/_emulator/operations", [{ api: "cloud" }, { api: "cloud", steps: [{ after: "soon" }] }])
      assert.strictEqual(bad.status, 400)
      expect(bad.json).toStrictEqual({ message: expect.stringContaining("[1].steps[0].after: Expected a duration") })

      const broken = yield* call("/_emulator/operations", { method: "POST", body: "{" })
      assert.strictEqual(broken.status, 400)
      expect(broken.json).toStrictEqual({ message: "The request body is not JSON" })

      const fault = yield* put("/_emulator/faults", [{ kind: "reset", rate: "often" }])
      assert.strictEqual(fault.status, 400)
      expect(fault.json).toStrictEqual({ message: expect.stringContaining("[0].rate: ") })

      expect((yield* call("/_emulator/operations")).json).toStrictEqual([])
      expect((yield* call("/_emulator/faults")).json).toStrictEqual([])
      assert.strictEqual((yield* call("/_emulator/nothing")).status, 404)
    }).pipe(Effect.provide(emulator))
  )

  it.effect("lists operations as they are now and clears all but the built-in ones", () =>
    Effect.gen(function* () {
      const ids = Effect.map(call("/_emulator/operations"), ({ json }) =>
        (json as ReadonlyArray<{ readonly id: string }>).map(({ id }) => id)
      )
      const before = yield* ids
      yield* post("/_emulator/operations", { api: "cloud", id: "x" })
      expect((yield* call("/_emulator/operations")).json).toContainEqual({
        id: "x",
        api: "cloud",
        path: "/operations/x",
        operation: expect.objectContaining({ id: "x", done: false })
      })
      assert.strictEqual((yield* remove("/_emulator/operations")).status, 204)
      assert.deepStrictEqual(yield* ids, before)
      assert.isNotEmpty(before)
    }).pipe(Effect.provide(Emulator.layer()))
  )

  it.effect("counts every provider-side request by operation, and none of its own", () =>
    Effect.gen(function* () {
      yield* post("/_emulator/operations", [
        { api: "cloud", id: "c" },
        { api: "toloka", id: "t", log: [] }
      ])
      yield* put("/_emulator/faults", [{ kind: "internal", operation: "c", times: 1 }])
      for (const path of ["/operations/c", "/operations/c", "/operations/c:cancel"]) yield* call(path)
      for (const path of ["/api/v1/operations/t", "/api/v1/operations/t/log", "/api/v1/x"]) yield* call(path)
      yield* call("/operations/gone")
      expect((yield* call("/_emulator/requests")).json).toStrictEqual({
        total: 7,
        kinds: { ...noKinds, get: 4, log: 1, cancel: 1 },
        operations: {
          c: { get: 2, log: 0, cancel: 1, faults: 1 },
          t: { get: 1, log: 1, cancel: 0, faults: 0 },
          gone: { get: 1, log: 0, cancel: 0, faults: 0 }
        }
      })
      assert.strictEqual((yield* remove("/_emulator/requests")).status, 204)
      expect((yield* call("/_emulator/requests")).json).toStrictEqual({ total: 0, kinds: noKinds, operations: {} })
    }).pipe(Effect.provide(emulator))
  )

  it.effect(
    "counts lists, tokens, writes and other reads by kind, and what the API does not know in the total only",
    () =>
      Effect.gen(function* () {
        for (const path of ["/api/v1/operations", "/compute/v1/disks/d/operations"]) yield* call(path)
        yield* post("/iam/v1/tokens", { yandexPassportOauthToken: "y" })
        yield* post("/api/v1/pools/1/open", {})
        for (const path of ["/api/v1/pools/1", "/api/v1/tasks", "/endpoints"]) yield* call(path)
        for (const path of ["/api/v1/nothing", "/iam/v1/tokens"]) yield* call(path)
        expect((yield* call("/_emulator/requests")).json).toStrictEqual({
          total: 9,
          kinds: { ...noKinds, list: 2, token: 1, write: 1, read: 3 },
          operations: {}
        })
      }).pipe(Effect.provide(emulator))
  )

  it.effect("replaces, shows and ends faults", () =>
    Effect.gen(function* () {
      yield* put("/_emulator/faults", [{ kind: "reset" }])
      const set = yield* put("/_emulator/faults", [
        { kind: "throttled", retryAfter: 3, times: 1 },
        { kind: "slow", delay: "1s", rate: 0, api: "cloud" }
      ])
      assert.strictEqual(set.status, 200)
      yield* call("/operations/x")
      yield* call("/operations/x")
      expect((yield* call("/_emulator/faults")).json).toStrictEqual([
        { kind: "throttled", retryAfter: 3, times: 1, rate: 1, seed: 1, fired: 1 },
        { kind: "slow", delay: 1000, rate: 0, seed: 1, api: "cloud", fired: 0 }
      ])
      assert.strictEqual((yield* remove("/_emulator/faults")).status, 204)
      expect((yield* call("/_emulator/faults")).json).toStrictEqual([])
    }).pipe(Effect.provide(emulator))
  )
})
