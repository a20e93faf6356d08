import { assert, describe, expect, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as JsonText from "../src/JsonText.ts"

const problem = (text: string): string => {
  const parsed = JsonText.parse(text)
  return Result.isFailure(parsed) ? parsed.failure : assert.fail(`${text} was read`)
}

describe("JsonText", () => {
  it("finds a mistyped word in a pretty-printed body", () => {
    const text = `{
  "id": "op-1",
  "parameters" : {
    "open_pool" : fase,
    "allow_defaults" : true
  }
}`
    expect(problem(text)).toMatchInlineSnapshot(`"invalid symbol at line 4, column 19, near "\\"open_pool\\" : fase,""`)
  })

  it.each([
    ["nothing", "", "it is empty"],
    ["blanks", " \r\n\t ", "it is empty"],
    ["a page", "<html>\n<body>Bad Gateway</body></html>", "it looks like HTML or XML"],
    ["a sentence", "Service is down", `invalid symbol at line 1, column 1, near "Service is down"`],
    ["a text cut off", '{"id": "op', `unexpected end of string at line 1, column 8, near "{\\"id\\": \\"op"`],
    ["an object cut off", '{"id": 1', `close brace expected at line 1, column 9, near "{\\"id\\": 1"`],
    ["a list cut off", "[1,\n 2", `close bracket expected at line 2, column 3, near "2"`],
    ["a comma too many", '{"a": 1,}', `property name expected at line 1, column 9, near "{\\"a\\": 1,}"`],
    ["a comma too few", '{"a": 1 "b": 2}', `comma expected at line 1, column 9, near "{\\"a\\": 1 \\"b\\": 2}"`],
    [
      "a secret nearby",
      '{"secret": "hush" x}',
      `invalid symbol at line 1, column 19, near "{\\"secret\\": \\"…\\" x}"`
    ],
    [
      "a long secret before it",
      `{"iamToken": "${"hush".repeat(20)}" x}`,
      `invalid symbol at line 1, column 97, near "…\\" x}"`
    ],
    ["two values", "{}\r\n{}", `end of file expected at line 2, column 1, near "{}"`],
    ["a comment", "{} // done", `invalid comment token at line 1, column 4, near "{} // done"`],
    ["no number", "[NaN]", `invalid symbol at line 1, column 2, near "[NaN]"`],
    ["a bad escape", '["\\x"]', `invalid escape character at line 1, column 2, near "[\\"\\\\x\\"]"`]
  ])("says where %s breaks", (_, text, expected) => {
    assert.strictEqual(problem(text), expected)
  })

  it("shows no more than the neighbourhood of the place", () => {
    const text = `["${"before ".repeat(20)}", oops, "${"after ".repeat(20)}"]`
    expect(problem(text)).toMatchInlineSnapshot(
      `"invalid symbol at line 1, column 146, near "efore before before before \\", oops, \\"after after after after""`
    )
  })

  it("refuses what is nested so deep that reading it on would end the process", () => {
    assert.isTrue(Result.isSuccess(JsonText.parse("[".repeat(1_000) + "]".repeat(1_000))))
    for (const text of ["[".repeat(200_000) + "]".repeat(200_000), "[".repeat(200_000), '{"a":'.repeat(100_000)]) {
      assert.strictEqual(problem(text), "it is nested deeper than 1000 levels")
    }
    assert.isTrue(Result.isSuccess(JsonText.parse(JSON.stringify({ text: '["'.repeat(2_000) }))))
  })

  it.prop("gives back every JSON value", [Schema.Json], ([value]) => {
    const text = JSON.stringify(value)
    assert.deepStrictEqual(JsonText.parse(text), Result.succeed(JSON.parse(text)))
  })

  const pieces = Arbitrary.schema(
    Schema.Array(
      Schema.Union([Schema.Literals(["{", "}", "[", "]", ":", ",", '"', "\\", "1", "-", "\n"]), Schema.String])
    )
  )

  it.prop(
    "gives a value or a sentence for any text",
    [pieces],
    ([parts]) => {
      const text = parts.join("")
      const parsed = JsonText.parse(text)
      if (Result.isSuccess(parsed)) assert.deepStrictEqual(parsed.success, JSON.parse(text))
      else
        assert.match(
          parsed.failure,
          /^(it is empty|it looks like HTML or XML|it begins with ".*"|[a-z ]+ at line \d+, column \d+, near ".*")$/
        )
    },
    { arbitrary: { runs: 2_000 } }
  )
})
