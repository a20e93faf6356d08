import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Parameters from "../src/Parameters.ts"

const query = Schema.Struct({
  maxAge: Parameters.maxAge,
  timeout: Parameters.timeout,
  pageSize: Parameters.pageSize,
  pageToken: Parameters.pageToken
})
const decode = Schema.decodeUnknownEffect(query)
const encode = Schema.encodeEffect(query)

describe("Parameters", () => {
  it.effect("are all optional", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* decode({}), {})
    })
  )

  it.effect("come back as they were sent, to the millisecond", () =>
    Effect.gen(function* () {
      const given = {
        maxAge: Duration.millis(3_723_004),
        timeout: Duration.zero,
        pageSize: 10_000,
        pageToken: "1000"
      }
      assert.deepStrictEqual(yield* Effect.flatMap(encode(given), decode), given)
    })
  )

  it.effect("take durations as people write them, and a wait of up to ten minutes", () =>
    Effect.gen(function* () {
      const { maxAge, timeout } = yield* decode({ maxAge: "1h30m", timeout: "10m" })
      assert.strictEqual(maxAge && Duration.toMinutes(maxAge), 90)
      assert.strictEqual(timeout && Duration.toMinutes(timeout), 10)
    })
  )

  const wrong: ReadonlyArray<Record<string, string>> = [
    { maxAge: "" },
    { maxAge: "30" },
    { maxAge: "-1s" },
    { timeout: "10m1s" },
    { timeout: "Infinity" },
    { pageSize: "0" },
    { pageSize: "1.5" },
    { pageSize: "10001" },
    { pageSize: "1e3" },
    { pageToken: "" },
    { pageToken: "0" },
    { pageToken: "1 " }
  ]
  for (const given of wrong) {
    it.effect(`refuse ${JSON.stringify(given)}`, () => Effect.flip(decode(given)))
  }
})
