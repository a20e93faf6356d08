import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as ServerConfig from "../src/ServerConfig.ts"

describe("ServerConfig", () => {
  it.effect("reads where to listen from the environment, and has defaults", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* ServerConfig.fromEnvironment({}), { host: "127.0.0.1", port: 4080 })
      assert.deepStrictEqual(yield* ServerConfig.fromEnvironment({ OPWATCH_HOST: "::1", OPWATCH_PORT: "0" }), {
        host: "::1",
        port: 0
      })
    })
  )
})
