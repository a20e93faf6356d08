import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Schema from "effect/Schema"
import * as FieldReader from "../src/FieldReader.ts"
import { Anomaly } from "../src/Operation.ts"
import { fromRfc3339 } from "../src/Timestamp.ts"

const percent = { minimum: 0, maximum: 100 }
const codes = (reader: FieldReader.FieldReader) => reader.anomalies.map(({ code, field }) => [code, field])

describe("a field", () => {
  it("is read where it fits, zero, false and empty text included", () => {
    const reader = FieldReader.make({ a: "", b: false, c: {}, d: 0, e: "2024-05-01T00:00:00+01:00" })
    assert.strictEqual(reader.text("a"), "")
    assert.strictEqual(reader.flag("b"), false)
    assert.deepStrictEqual(reader.object("c"), {})
    assert.strictEqual(reader.number("d", percent), 0)
    assert.strictEqual(reader.timestamp("e", fromRfc3339), "2024-04-30T23:00:00Z")
    assert.deepStrictEqual(reader.anomalies, [])
  })

  it.each([{}, { a: null }])("is absent without an anomaly in %j", (object) => {
    const reader = FieldReader.make(object)
    const read = [reader.text("a"), reader.flag("a"), reader.object("a"), reader.number("a", percent)]
    assert.deepStrictEqual([...read, reader.timestamp("a", fromRfc3339)], Array(5).fill(undefined))
    assert.deepStrictEqual(reader.anomalies, [])
  })

  it("of another kind is absent and an anomaly that shows it", () => {
    const reader = FieldReader.make({ a: 1, b: "true", c: [], d: " ", e: {} }, "details.")
    const read = [reader.text("a"), reader.flag("b"), reader.object("c"), reader.number("d", percent)]
    assert.deepStrictEqual([...read, reader.timestamp("e", fromRfc3339)], Array(5).fill(undefined))
    assert.deepStrictEqual(
      codes(reader),
      ["a", "b", "c", "d", "e"].map((name) => ["wrong_type", `details.${name}`])
    )
    assert.strictEqual(reader.anomalies[0]?.message, "1 is not text; left out")
  })

  it("that is a number as text is read, with an anomaly", () => {
    const reader = FieldReader.make({ a: "40" })
    assert.strictEqual(reader.number("a", percent), 40)
    assert.deepStrictEqual(codes(reader), [["wrong_type", "a"]])
  })

  it.each([-1, 100.5, 1e300])("out of bounds, as %d, is absent and an anomaly", (a) => {
    const reader = FieldReader.make({ a })
    assert.isUndefined(reader.number("a", percent))
    assert.deepStrictEqual(codes(reader), [["out_of_range", "a"]])
  })

  it("that must be whole is not read where it is broken", () => {
    const reader = FieldReader.make({ a: 1.5, b: 2 })
    assert.isUndefined(reader.number("a", { ...percent, whole: true }))
    assert.strictEqual(reader.number("b", { ...percent, whole: true }), 2)
    assert.deepStrictEqual(codes(reader), [["wrong_type", "a"]])
  })

  it("with a date that does not exist is absent and an anomaly", () => {
    const reader = FieldReader.make({ a: "2020-22-01T00:00:00Z" })
    assert.isUndefined(reader.timestamp("a", fromRfc3339))
    assert.deepStrictEqual(reader.anomalies, [
      { code: "impossible_date", field: "a", message: `"2020-22-01T00:00:00Z" is not a date; left out` }
    ])
  })

  const objects = Arbitrary.schema(Schema.Record(Schema.Literal("a"), Schema.Json))
  it.prop("is read without a throw whatever it holds, and shown in short", [objects], ([object]) => {
    const reader = FieldReader.make(object)
    reader.text("a")
    reader.flag("a")
    reader.object("a")
    reader.number("a", percent)
    reader.timestamp("a", fromRfc3339)
    assert.isTrue(reader.anomalies.every(Schema.is(Anomaly)))
    for (const { message } of reader.anomalies) assert.isBelow(message.length, 160)
  })
})

describe("present", () => {
  it("leaves out what is undefined and nothing else", () => {
    const left = FieldReader.present({ a: undefined, b: null, c: 0, d: "", e: false })
    assert.deepStrictEqual(Object.entries(left), [
      ["b", null],
      ["c", 0],
      ["d", ""],
      ["e", false]
    ])
  })
})
