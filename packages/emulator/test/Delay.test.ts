import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Delay } from "../src/Delay.ts"

const decode = Schema.decodeUnknownEffect(Delay)

describe("Delay", () => {
  it.effect.each([
    [250, 250],
    ["500ms", 500],
    ["2s", 2000],
    ["1.5s", 1500],
    ["1m", 60_000],
    ["1h30m", 5_400_000],
    ["300 millis", 300],
    ["1 second", 1000],
    ["2 seconds", 2000],
    ["0s", 0]
  ] as const)("reads %s", ([input, millis]) =>
    Effect.gen(function* () {
      assert.strictEqual(Duration.toMillis(yield* decode(input)), millis)
    })
  )

  it.effect.each(["", "soon", "2", "2 s", "s2", "-1s", "1s later", -1, Number.POSITIVE_INFINITY, Number.NaN, null, {}])(
    "refuses %s and says what would be right",
    (input) =>
      Effect.gen(function* () {
        const { message } = yield* Effect.flip(decode(input))
        assert.include(message, 'a duration such as "500ms"')
      })
  )
})
