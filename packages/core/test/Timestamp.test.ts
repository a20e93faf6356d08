import { assert, describe, it } from "@effect/vitest"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Timestamp from "../src/Timestamp.ts"

const utc = (text: string) => Option.getOrUndefined(Timestamp.fromRfc3339(text))
const naive = (text: string) => Option.getOrUndefined(Timestamp.fromUtc(text))
const isTimestamp = Schema.is(Timestamp.Timestamp)

const Digits = Schema.String.check(Schema.isPattern(/^\d{0,12}$/))
const Millis = Schema.Int.check(Schema.isBetween({ minimum: -62_135_596_800_000, maximum: 253_402_300_799_999 }))

const fractional = (seconds: number, digits: string) =>
  `${new Date(seconds * 1_000).toISOString().slice(0, 19)}${digits === "" ? "" : `.${digits}`}Z`

describe("reading", () => {
  it.prop("keeps every fraction digit that came", [Digits], ([digits]) => {
    const text = fractional(1_715_000_000, digits)
    assert.strictEqual(utc(text), text)
    assert.strictEqual(naive(text.slice(0, -1)), text)
    assert.strictEqual(utc(text.replace("Z", "+03:00")), fractional(1_715_000_000 - 3 * 3_600, digits))
  })

  it.each([
    "2024-13-01T00:00:00Z",
    "2020-22-01T00:00:00Z",
    "2024-00-10T00:00:00Z",
    "2024-02-30T00:00:00Z",
    "2023-02-29T00:00:00Z",
    "2024-04-31T00:00:00Z",
    "2024-01-00T00:00:00Z",
    "2024-01-01T24:00:00Z",
    "2024-01-01T23:60:00Z",
    "2024-01-01T23:59:61Z",
    "0000-01-01T00:00:00Z",
    "2024-01-01T00:00:00+24:00",
    "2024-01-01T00:00:00-03:60"
  ])("refuses %s, which does not exist", (text) => {
    assert.isUndefined(utc(text))
    assert.isUndefined(naive(text))
    assert.isFalse(isTimestamp(text))
  })

  it.each([
    "",
    "2024-01-01",
    "2024-1-1T00:00:00Z",
    "2024-01-01T00:00Z",
    "2024-01-01T00:00:00.Z",
    "2024-01-01T00:00:00,5Z",
    "+02024-01-01T00:00:00Z",
    "2024-01-01T00:00:00+0300",
    " 2024-01-01T00:00:00Z",
    "2024-01-01T00:00:00Z\n",
    "1704067200"
  ])("refuses %j, which is no RFC 3339 text", (text) => {
    assert.isUndefined(utc(text))
    assert.isUndefined(naive(text))
  })

  it("accepts the last day of a leap year's February", () => {
    assert.strictEqual(utc("2024-02-29T12:00:00Z"), "2024-02-29T12:00:00Z")
  })

  it("accepts small letters and a space, and writes capitals", () => {
    assert.strictEqual(utc("2024-02-29t12:00:00z"), "2024-02-29T12:00:00Z")
    assert.strictEqual(utc("2024-02-29 12:00:00.5z"), "2024-02-29T12:00:00.5Z")
    assert.isFalse(isTimestamp("2024-02-29t12:00:00z"))
    assert.isFalse(isTimestamp("2024-02-29T12:00:00+00:00"))
  })

  it("moves offsets to UTC across the ends of years", () => {
    assert.strictEqual(utc("2024-01-01T01:30:00.123456789+03:00"), "2023-12-31T22:30:00.123456789Z")
    assert.strictEqual(utc("2023-12-31T22:30:00-05:45"), "2024-01-01T04:15:00Z")
    assert.strictEqual(utc("2024-03-01T00:30:00+01:00"), "2024-02-29T23:30:00Z")
    assert.strictEqual(utc("2024-06-01T00:00:00-00:00"), "2024-06-01T00:00:00Z")
  })

  it("holds the whole documented range and refuses what an offset moves out of it", () => {
    assert.strictEqual(utc("0001-01-01T00:00:00Z"), "0001-01-01T00:00:00Z")
    assert.strictEqual(utc("9999-12-31T23:59:59.999999999Z"), "9999-12-31T23:59:59.999999999Z")
    assert.isUndefined(utc("0001-01-01T00:00:00+00:01"))
    assert.isUndefined(utc("9999-12-31T23:59:59-00:01"))
  })

  it("takes text without an offset for UTC only where it is asked to", () => {
    assert.isUndefined(utc("2016-07-22T13:04:00.123"))
    assert.strictEqual(naive("2016-07-22T13:04:00.123"), "2016-07-22T13:04:00.123Z")
    assert.strictEqual(naive("2016-07-22T13:04:00+02:00"), "2016-07-22T11:04:00Z")
  })

  it.each(["Asia/Almaty", "America/St_Johns", "Pacific/Kiritimati"])("does not depend on the local zone %s", (zone) => {
    const before = process.env.TZ
    try {
      process.env.TZ = zone
      assert.notStrictEqual(new Date(2024, 0, 1).getTimezoneOffset(), 0, "the zone took effect")
      assert.strictEqual(naive("2024-03-31T02:30:00.1"), "2024-03-31T02:30:00.1Z")
      assert.strictEqual(utc("2024-03-31T02:30:00-01:00"), "2024-03-31T03:30:00Z")
      assert.strictEqual(Timestamp.toMillis(Timestamp.fromMillis(1_711_852_200_000)), 1_711_852_200_000)
    } finally {
      if (before === undefined) delete process.env.TZ
      else process.env.TZ = before
    }
  })

  const Alike = Schema.String.check(
    Schema.isPattern(/^\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-6]\d:[0-6]\d(\.\d{1,9})?([+-]\d{2}:\d{2}|Z)?$/)
  )
  it.prop("never throws, and gives only timestamps", [Schema.Union([Schema.String, Alike])], ([text]) => {
    for (const read of [utc(text), naive(text)]) assert.isTrue(read === undefined || isTimestamp(read))
  })
})

describe("milliseconds", () => {
  it.prop("come back as they went in", [Millis], ([millis]) => {
    assert.strictEqual(Timestamp.toMillis(Timestamp.fromMillis(millis)), millis)
  })

  it("cut finer digits off", () => {
    const at = (text: string) => Timestamp.toMillis(Timestamp.Timestamp.make(text))
    assert.strictEqual(at("1970-01-01T00:00:01.999999999Z"), 1_999)
    assert.strictEqual(at("1970-01-01T00:00:01.5Z"), 1_500)
    assert.strictEqual(at("1970-01-01T00:00:01Z"), 1_000)
  })
})

describe("order", () => {
  const Moment = Schema.Struct({
    seconds: Schema.Union([
      Schema.Literals([0, 1]),
      Schema.Int.check(Schema.isBetween({ minimum: -9e9, maximum: 9e9 }))
    ]),
    digits: Digits
  })
  const ticks = ({ digits, seconds }: typeof Moment.Type) =>
    BigInt(seconds) * 10n ** 12n + BigInt(digits.padEnd(12, "0"))

  it.prop("agrees with whole-number arithmetic to the last digit", [Moment, Moment], ([a, b]) => {
    const [x, y] = [ticks(a), ticks(b)]
    const left = Timestamp.Timestamp.make(fractional(a.seconds, a.digits))
    const right = Timestamp.Timestamp.make(fractional(b.seconds, b.digits))
    assert.strictEqual(Timestamp.order(left, right), x < y ? -1 : x > y ? 1 : 0)
    assert.strictEqual(Timestamp.order(right, left), x < y ? 1 : x > y ? -1 : 0)
  })

  it("sees one nanosecond, and takes no trailing zero for a difference", () => {
    const at = Timestamp.Timestamp.make
    assert.strictEqual(Timestamp.order(at("2024-01-01T00:00:00.100000001Z"), at("2024-01-01T00:00:00.1Z")), 1)
    assert.strictEqual(Timestamp.order(at("2024-01-01T00:00:00Z"), at("2024-01-01T00:00:00.000Z")), 0)
  })
})
