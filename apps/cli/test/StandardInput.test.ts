import { assert, describe, it } from "@effect/vitest"
import { OperationId, SourceName } from "@opwatch/core/Reference"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { stringify } from "yaml"
import * as StandardInput from "../src/StandardInput.ts"

const parse = (text: string) => Effect.promise(() => StandardInput.parse(text))

const gives = (text: string, ...expected: ReadonlyArray<string>) =>
  Effect.map(parse(text), (items) => {
    assert.deepStrictEqual(
      Result.getOrThrow(items).map((item) => (item._tag === "Text" ? item.text : `${item.shape}:${item.id}`)),
      expected
    )
  })

const refuses = (text: string, message: RegExp) =>
  Effect.map(parse(text), (items) => {
    assert.match(Result.isFailure(items) ? items.failure.message : "accepted", message)
  })

const References = Schema.Array(Schema.Struct({ source: SourceName, id: OperationId }))
const Ids = Schema.Array(OperationId)

describe("StandardInput", () => {
  it.effect("holds nothing when it is blank", () => gives(" \n\n\t\n"))

  it.effect("reads references one a line, past blank lines and null", () =>
    gives(
      "toloka/a\r\n\nnull\n  cloud/b \nhttps://toloka.dev/api/v1/operations/c\n",
      "toloka/a",
      "cloud/b",
      "https://toloka.dev/api/v1/operations/c"
    )
  )

  it.effect("keeps every digit of a bare id", () =>
    gives("570685771234567890123456\n1e5\ntrue", "570685771234567890123456", "1e5", "true")
  )

  it.effect("reads one pretty-printed object", () =>
    gives(JSON.stringify({ id: "abc", status: "RUNNING", type: "POOL.OPEN" }, undefined, 2), "toloka:abc")
  )

  it.effect("reads an array, null in it included", () =>
    gives(
      JSON.stringify([null, { id: "a", done: false }, "cloud/b", { ref: "toloka/c", id: "c" }]),
      "cloud:a",
      "cloud/b",
      "toloka/c"
    )
  )

  it.effect("reads one object a line", () =>
    gives('{"id":"a","status":"SUCCESS"}\nnull\n\n{"id":"b"}\n', "toloka:a", "cloud:b")
  )

  it.effect("reads pretty-printed objects one after the other", () =>
    gives(
      [
        { id: "a", note: 'brace } and "quote"' },
        { id: "b", nested: [{ x: [1] }] }
      ]
        .map((value) => JSON.stringify(value, undefined, 2))
        .join("\n"),
      "cloud:a",
      "cloud:b"
    )
  )

  it.effect("reads YAML in snake_case as the vendor's tool prints it", () =>
    gives(
      'id: fhm0abc\ndescription: "Create: disk"\ncreated_at: "2024-03-05T10:00:00Z"\ndone: true\nmetadata:\n  disk_id: x\n',
      "cloud:fhm0abc"
    )
  )

  it.effect("reads several YAML documents and lists, ids of digits as text", () =>
    gives(
      "---\nid: 570685771234567890123456\nstatus: RUNNING\n---\n- id: b\n- toloka/c\n- null\n",
      "toloka:570685771234567890123456",
      "cloud:b",
      "toloka/c"
    )
  )

  it.effect("reads the lists that the providers answer with", () =>
    gives(
      '{"operations":[{"id":"a"}],"nextPageToken":"x"}\n{"items":[{"id":"b","status":"FAIL"}],"has_more":false}',
      "cloud:a",
      "toloka:b"
    )
  )

  it.effect("reads what opwatch prints of one that could not be read", () =>
    gives('[{"ref":"toloka/a","error":{"code":"OperationNotFound","message":"no"}}]', "toloka/a")
  )

  it.effect("reads references with commas, tabs or spaces between, past remarks", () =>
    gives(
      "# of last week\ntoloka/a, cloud/b,\ncloud/c\tcloud/d\nfhm1,fhm2\r\ntoloka/e https://toloka.dev/api/v1/operations/f\n",
      "toloka/a",
      "cloud/b",
      "cloud/c",
      "cloud/d",
      "fhm1",
      "fhm2",
      "toloka/e",
      "https://toloka.dev/api/v1/operations/f"
    )
  )

  it.effect("reads what opwatch prints for people, a line an operation", () =>
    gives(
      'toloka/a  failed     POOL.OPEN  3m ago  VALUE_REQUIRED: [1], "x": {}\ncloud/b\tsucceeded\tx: y\n',
      "toloka/a",
      "cloud/b"
    )
  )

  it.effect("takes no word of a sentence for an id", () =>
    gives("cancel toloka/a please\nand then", "cancel toloka/a please", "and then")
  )

  it.effect("reads UTF-16 and UTF-8 with a mark, whatever is left of a broken one", () =>
    Effect.gen(function* () {
      const text = '\uFEFF[{"ref":"toloka/a","description":"Задания"}]\r\n'
      const little = Buffer.from(text, "utf16le")
      for (const bytes of [little, Buffer.from(little).swap16(), Buffer.from(text)]) {
        yield* gives(StandardInput.decode(bytes), "toloka/a")
      }
      yield* gives(StandardInput.decode(Buffer.from([0xff, 0xfe, 0x31])), "\ufffd")
    })
  )

  it.effect("reads a hundred thousand references at once, in every form but YAML", () => {
    const texts = Array.from({ length: 150_000 }, (_, index) => `toloka/${index}`)
    const objects = texts.map((ref) => ({ ref, error: { code: "Forbidden", message: "no" } }))
    const lines = objects.map((value) => JSON.stringify(value))
    return Effect.forEach(
      [texts.join("\n"), texts.join(","), JSON.stringify(objects), lines.join("\n"), lines.join("\n\n")],
      (form) =>
        Effect.map(parse(form), (items) => {
          assert.lengthOf(Result.getOrThrow(items), texts.length)
        })
    )
  })

  it.effect("reads objects with texts of any length", () => {
    const object = JSON.stringify({ id: "a", note: `\\"${"\\\\ ".repeat(2_000_000)}` }, undefined, 2)
    return gives(`null\n${object}\n"toloka/b"\n${object}`, "cloud:a", "toloka/b", "cloud:a")
  })

  it.effect.each([
    [
      "an error",
      '{"error":{"code":"Forbidden","message":"not yours"}}',
      /an error in place of an operation: not yours/
    ],
    ["a resource", '{"id":"fhm1","folder_id":"b1g1","status":"RUNNING"}', /a resource in place of .* with --async/],
    ["a list that holds itself", "- &a [*a]", /neither references/],
    ["an alias of nothing", "- *nothing", /neither references/],
    ["deep lists", `${"[".repeat(200)}"toloka/a"${"]".repeat(200)}`, /lists within lists/],
    ["a deep object", `${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`, /without a ref or an id/],
    ["deep YAML", `${"- ".repeat(50_000)}a`, /neither references/]
  ] as const)("refuses %s", ([, text, message]) => refuses(text, message))

  it.effect("refuses an object that names no operation", () =>
    refuses('{"code":"ACCESS_DENIED","message":"no"}', /without a ref or an id: \{"code":"ACCESS_DENIED"/)
  )

  it.effect("refuses a number in JSON", () => refuses("[1]", /holds 1, which is no operation/))

  it.effect("refuses what is neither references nor JSON nor YAML", () => refuses('{"id": "a', /neither references/))

  it.effect("leaves words that are no reference to be refused by name", () =>
    gives("hello world\ntoloka/a", "hello world", "toloka/a")
  )

  it.effect.prop("reads references back from lines, JSON and YAML", [References], ([references]) => {
    const texts = references.map(({ id, source }) => `${source}/${id}`)
    return Effect.forEach(
      [
        texts.join("\n"),
        JSON.stringify(texts),
        JSON.stringify(texts, undefined, 2),
        stringify(texts),
        texts.map((text) => JSON.stringify({ ref: text })).join("\n")
      ],
      (form) => gives(form, ...texts)
    )
  })

  it.effect.prop("reads ids back from objects in every form", [Ids], ([ids]) => {
    // Quoted by YAML like any other text: an id that reads `null` there means nothing.
    const objects = ids.filter((id) => !/^(null|~)$/.test(id)).map((id) => ({ id, status: "RUNNING" }))
    const expected = objects.map(({ id }) => `toloka:${id}`)
    return Effect.forEach(
      [
        JSON.stringify(objects),
        objects.map((value) => JSON.stringify(value)).join("\n"),
        objects.map((value) => JSON.stringify(value, undefined, 2)).join("\n"),
        stringify(objects),
        objects.map((value) => `---\n${stringify(value)}`).join("")
      ],
      (form) => gives(form, ...expected)
    )
  })

  it.effect.prop("never dies, whatever it is given", [Schema.String], ([text]) => Effect.asVoid(parse(text)))
})
