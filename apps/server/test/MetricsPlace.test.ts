import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as MetricsPlace from "../src/MetricsPlace.ts"

describe("MetricsPlace", () => {
  it.effect("is nowhere unless a port is named, on loopback unless a host is, and the variable wins", () =>
    Effect.gen(function* () {
      const configured = { metrics: { host: "0.0.0.0", port: 9464 } }
      assert.isUndefined(yield* MetricsPlace.fromEnvironment({ OPWATCH_METRICS_PORT: "" }, { metrics: undefined }))
      assert.deepStrictEqual(yield* MetricsPlace.fromEnvironment({}, configured), { host: "0.0.0.0", port: 9464 })
      const given = { OPWATCH_METRICS_PORT: "0" }
      assert.deepStrictEqual(yield* MetricsPlace.fromEnvironment(given, configured), { host: "0.0.0.0", port: 0 })
      assert.deepStrictEqual(yield* MetricsPlace.fromEnvironment(given, { metrics: undefined }), {
        host: "127.0.0.1",
        port: 0
      })
      const wrong = MetricsPlace.fromEnvironment({ OPWATCH_METRICS_PORT: "http" }, { metrics: undefined })
      assert.include((yield* Effect.flip(wrong)).message, "OPWATCH_METRICS_PORT")
    })
  )
})
