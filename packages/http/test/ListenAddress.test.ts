import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as ListenAddress from "../src/ListenAddress.ts"

const parse = (host: string | undefined, port: string | undefined, hasKeys = false) =>
  ListenAddress.parse({
    host: { name: "OPWATCH_HOST", value: host },
    port: { name: "OPWATCH_PORT", value: port },
    hasKeys
  })

describe("ListenAddress", () => {
  it.effect("is 127.0.0.1:4080 unless told otherwise", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* parse(undefined, undefined), { host: "127.0.0.1", port: 4080 })
      assert.deepStrictEqual(yield* parse("", ""), { host: "127.0.0.1", port: 4080 })
      assert.deepStrictEqual(yield* parse("localhost", "0"), { host: "localhost", port: 0 })
      assert.deepStrictEqual(yield* parse("[::1]", "65535"), { host: "::1", port: 65_535 })
    })
  )

  for (const host of ["0.0.0.0", "::", "192.168.1.1", "example.com", "127.0.0.1.example.com"]) {
    it.effect(`refuses to listen on ${host}, and says where it would`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(parse(host, undefined))
        assert.strictEqual(
          error.message,
          `OPWATCH_HOST is "${host}": without API keys it listens on loopback only: set OPWATCH_HOST to 127.0.0.1, ::1 or localhost, or make a key with opwatch keys create`
        )
      })
    )
  }

  it.effect("listens anywhere with keys, and on loopback if nothing is said", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* parse("0.0.0.0", undefined, true), { host: "0.0.0.0", port: 4080 })
      assert.deepStrictEqual(yield* parse(undefined, undefined, true), { host: "127.0.0.1", port: 4080 })
    })
  )

  for (const port of ["65536", "-1", "http", "80.5", " 80", "123456"]) {
    it.effect(`refuses the port "${port}", naming it`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(parse(undefined, port))
        assert.include(error.message, `OPWATCH_PORT is "${port}"`)
        assert.include(error.message, "from 0 to 65535")
      })
    )
  }
})
