import { assert, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Credentials from "../src/Credentials.ts"
import { Emulator } from "../src/Emulator.ts"
import { authorized, call, post, put } from "./Client.ts"

const withCredentials = (input: unknown) =>
  Layer.unwrap(Effect.map(Credentials.decode(input), (credentials) => Emulator.layer({ credentials })))

const both = withCredentials({
  toloka: { oauth: ["open-sesame", "second"], apiKey: ["toloka-key"] },
  cloud: { iamToken: ["t1.iam.token"], apiKey: ["cloud-key"] }
})

const setup = post("/_emulator/operations", [
  { api: "toloka", id: "t", log: [] },
  { api: "cloud", id: "c" }
])

describe("credentials", () => {
  it.effect.each(["OAuth open-sesame", "OAuth second", "ApiKey toloka-key", "oauth open-sesame"])(
    "lets %s into Toloka",
    (authorization) =>
      Effect.gen(function* () {
        yield* setup
        assert.strictEqual((yield* authorized("/api/v1/operations/t", authorization)).status, 200)
        assert.strictEqual((yield* authorized("/api/v1/operations/t/log", authorization)).status, 200)
      }).pipe(Effect.provide(both))
  )

  it.effect.each([
    ["", 401, "AUTHENTICATION_ERROR"],
    ["open-sesame", 401, "AUTHENTICATION_ERROR"],
    ["OAuth wrong-secret", 401, "OAUTH_AUTHENTICATION_ERROR"],
    ["ApiKey wrong-secret", 401, "AUTHENTICATION_ERROR"],
    ["Bearer wrong-secret", 401, "AUTHENTICATION_ERROR"],
    ["OAuth cloud-key", 401, "OAUTH_AUTHENTICATION_ERROR"],
    ["ApiKey open-sesame", 403, "ACCESS_DENIED"],
    ["OAuth toloka-key", 403, "ACCESS_DENIED"],
    ["Bearer open-sesame", 403, "ACCESS_DENIED"]
  ] as const)("keeps %s out of Toloka", ([authorization, status, code]) =>
    Effect.gen(function* () {
      yield* setup
      const reply = yield* authorized("/api/v1/operations/t", authorization)
      assert.strictEqual(reply.status, status)
      expect(reply.json).toMatchObject({ code, request_id: reply.headers.get("x-request-id") })
      assert.notMatch(reply.text, /sesame|-key|wrong-secret/)
    }).pipe(Effect.provide(both))
  )

  it.effect.each(["Bearer t1.iam.token", "Api-Key cloud-key"])("lets %s into the cloud", (authorization) =>
    Effect.gen(function* () {
      yield* setup
      assert.strictEqual((yield* authorized("/operations/c", authorization)).status, 200)
      assert.strictEqual((yield* authorized("/operations/c:cancel", authorization)).status, 200)
    }).pipe(Effect.provide(both))
  )

  it.effect.each([
    ["", "Token is invalid or has expired."],
    ["Bearer wrong-secret", "Token is invalid or has expired."],
    ["Bearer cloud-key", "Token is invalid or has expired."],
    ["OAuth open-sesame", "Token is invalid or has expired."],
    ["Api-Key wrong-secret", "Unknown api key"]
  ] as const)("keeps %s out of the cloud", ([authorization, message]) =>
    Effect.gen(function* () {
      yield* setup
      const reply = yield* authorized("/operations/c:cancel", authorization)
      assert.strictEqual(reply.status, 401)
      expect(reply.json).toStrictEqual({
        code: 16,
        message,
        details: [
          { "@type": "type.googleapis.com/google.rpc.RequestInfo", requestId: reply.headers.get("x-request-id") }
        ]
      })
      const { json } = yield* authorized("/operations/c", "Bearer t1.iam.token")
      expect(json).toMatchObject({ done: false })
    }).pipe(Effect.provide(both))
  )

  it.effect("leaves an API without a section unchecked, and lets nobody in by an empty one", () =>
    Effect.gen(function* () {
      yield* setup
      assert.strictEqual((yield* call("/operations/c")).status, 200)
      assert.strictEqual((yield* authorized("/api/v1/operations/t", "OAuth x")).status, 401)
    }).pipe(Effect.provide(withCredentials({ toloka: {} })))
  )

  it.effect("accepts any or none without credentials", () =>
    Effect.gen(function* () {
      yield* setup
      for (const path of ["/operations/c", "/api/v1/operations/t"]) {
        assert.strictEqual((yield* call(path)).status, 200)
        assert.strictEqual((yield* authorized(path, "Bearer whatever")).status, 200)
      }
    }).pipe(Effect.provide(Emulator.layer()))
  )

  it.effect("counts refused requests, meets faults first, and never asks on the control side", () =>
    Effect.gen(function* () {
      yield* setup
      yield* put("/_emulator/faults", [{ kind: "unavailable", times: 1 }])
      assert.strictEqual((yield* call("/operations/c")).status, 503)
      assert.strictEqual((yield* call("/operations/c")).status, 401)
      expect((yield* call("/_emulator/requests")).json).toMatchObject({
        total: 2,
        operations: { c: { get: 2, faults: 1 } }
      })
    }).pipe(Effect.provide(both))
  )
})
