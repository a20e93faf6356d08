import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { format, parse } from "../src/DurationText.ts"

const millis = (text: string) => Option.getOrUndefined(Option.map(parse(text), Duration.toMillis))
const upTo = (maximum: number) => Schema.Int.check(Schema.isBetween({ minimum: 0, maximum }))

describe("parse", () => {
  it.each([
    ["500ms", 500],
    ["90s", 90_000],
    ["10m", 600_000],
    ["1h30m", 5_400_000],
    ["1.5h", 5_400_000],
    ["2d", 172_800_000],
    ["0s", 0],
    ["0.1s", 100],
    ["1d2h3m4s5ms", 93_784_005]
  ])("reads %s", (text, expected) => assert.strictEqual(millis(text), expected))

  it.each([
    "",
    " ",
    "10",
    "s",
    "-5s",
    "+5s",
    "1h 30m",
    " 5s",
    "5s\n",
    "1e3s",
    ".5s",
    "5.s",
    "5S",
    "5 s",
    "5y",
    "1h30",
    "∞",
    "99999999999999d"
  ])("refuses %j", (text) => assert.isUndefined(millis(text)))

  it.prop("never throws, and reads only what is finite and not negative", [Schema.String], ([text]) => {
    const read = millis(text)
    assert.isTrue(read === undefined || (Number.isSafeInteger(read) && read >= 0))
  })
})

describe("format", () => {
  it.each([
    [0, "0s"],
    [1, "1ms"],
    [800, "800ms"],
    [999.6, "1s"],
    [1_499, "1s"],
    [90_000, "1m30s"],
    [125_400, "2m5s"],
    [3_599_700, "1h"],
    [5_400_000, "1h30m"],
    [5_425_000, "1h30m"],
    [86_400_000, "1d"],
    [90_000_000, "1d1h"],
    [-5, "0s"]
  ])("writes %d ms as %s", (amount, expected) => assert.strictEqual(format(Duration.millis(amount)), expected))

  it.prop("writes what `parse` reads back, exactly below an hour in whole seconds", [upTo(3_599)], ([seconds]) => {
    assert.strictEqual(millis(format(Duration.seconds(seconds))), seconds * 1_000)
  })

  it.prop("is never off by more than its second unit", [upTo(1e12)], ([amount]) => {
    const read = millis(format(Duration.millis(amount))) ?? assert.fail("not read back")
    const unit = amount < 3_600_000 ? 1_000 : amount < 86_400_000 ? 60_000 : 3_600_000
    assert.isBelow(Math.abs(read - amount), unit)
  })
})
