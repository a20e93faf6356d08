import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { parse } from "yaml"
import * as Output from "../src/Output.ts"

// oxlint-disable-next-line no-control-regex
const raw = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/

const Text = Schema.Union([
  Schema.Literals([
    "\u001b[2J",
    "a\u202eb",
    "two\nlines",
    "tab\there",
    "crlf\r\n",
    "\u0085",
    "1e5",
    "null",
    "- x",
    "# c",
    ""
  ]),
  Schema.String.check(Schema.isPattern(/^[ -~]*$/))
])
const Value = Schema.Record(Text, Schema.Union([Text, Schema.Array(Text), Schema.Boolean, Schema.Int]))

describe("Output", () => {
  it.effect.prop("writes YAML that reads back as the same value, with nothing raw in it", [Value], ([value]) =>
    Effect.gen(function* () {
      const written = yield* Output.yaml(value)
      assert.deepStrictEqual(parse(written), value)
      assert.notMatch(written, raw)
    })
  )

  it.effect.each(["json", "ndjson", "yaml"] as const)("writes a list in pieces as %s", (format) =>
    Effect.gen(function* () {
      const values = [{ id: "a\u2028b", lines: ["x"] }, { id: "c" }]
      let written = ""
      for (const [position, value] of values.entries()) written += yield* Output.element(format, position, value)
      written += Output.end(format, values.length)
      const read: unknown =
        format === "ndjson"
          ? written
              .trim()
              .split("\n")
              .map((line): unknown => JSON.parse(line))
          : format === "json"
            ? JSON.parse(written)
            : parse(written)
      assert.deepStrictEqual(read, values)
    })
  )

  it("writes an empty list as one", () => {
    assert.strictEqual(Output.end("json", 0), "[]\n")
    assert.strictEqual(Output.end("yaml", 0), "[]\n")
    assert.strictEqual(Output.end("ndjson", 0), "")
  })
})
