import { assert, describe, it } from "@effect/vitest"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Location } from "../src/Reference.ts"
import { format, OperationId, parse, Reference, SourceName } from "../src/Reference.ts"

const name = (text: string) => SourceName.make(text)
const locations: ReadonlyArray<Location> = [
  { source: name("toloka"), url: "https://toloka.dev/api/v1" },
  { source: name("toloka"), url: "https://toloka.yandex.com/api/v1" },
  { source: name("toloka-sandbox"), url: "https://sandbox.toloka.dev/api/v1" },
  { source: name("cloud"), url: "https://operation.api.cloud.yandex.net" },
  { source: name("local-toloka"), url: "http://127.0.0.1:4010/api/v1" },
  { source: name("local-cloud"), url: "http://127.0.0.1:4010/" },
  { source: name("mirror"), url: "https://toloka.dev/api/v1" }
]

const read = (input: string, source?: string) =>
  parse(input, { locations, source: source === undefined ? undefined : name(source) }).pipe(
    Result.match({ onSuccess: format, onFailure: ({ expected }) => `refused: ${expected}` })
  )

const badId = "refused: an id is one path segment of up to 500 letters, digits and ._~-"
const badSource = "refused: it begins with the name of a source, as in toloka/<id>"
const badUrl = "refused: the URL of an operation on a known source is <base URL>/operations/<id>"

describe("the short form", () => {
  it.each([
    ["toloka/57068577e4b0bf7b07a0256f", "toloka/57068577e4b0bf7b07a0256f"],
    ["cloud-kz/fhm3abc", "cloud-kz/fhm3abc"],
    ["toloka/6f9a-B._~", "toloka/6f9a-B._~"],
    ["toloka/...", "toloka/..."],
    ["toloka/.hidden", "toloka/.hidden"],
    ["  toloka/abc\n", "toloka/abc"],
    ["not-configured/abc", "not-configured/abc"]
  ])("%j names %s", (input, expected) => assert.strictEqual(read(input), expected))

  it.each([
    [`toloka/${"a".repeat(501)}`, badId],
    [`https://toloka.dev/api/v1/operations/${"a".repeat(501)}`, badId],
    ["toloka/.", badId],
    ["toloka/..", badId],
    ["toloka/abc:cancel", badId],
    ["toloka/abc%2Fdef", badId],
    ["toloka/%2e%2e", badId],
    ["toloka/a b", badId],
    ["toloka/ abc", badId],
    ["toloka/abc\u0000", badId],
    ["toloka/абв", badId],
    ["toloka/abc?x=1", badId],
    ["toloka/abc#x", badId],
    ["toloka/", badId],
    ["toloka//abc", badId],
    ["toloka/abc/", badId],
    ["toloka/abc/log", badId],
    ["toloka/../abc", badId],
    ["toloka/a\\b", badId],
    ["/abc", badSource],
    ["//abc", badSource],
    ["/toloka/abc", badSource],
    ["Toloka/abc", badSource],
    ["-toloka/abc", badSource],
    ["to loka/abc", badSource],
    ["../abc", badSource],
    ["ftp://toloka.dev/api/v1/operations/abc", badSource],
    ["toloka.dev/api/v1/operations/abc", badSource]
  ])("%j is refused", (input, expected) => {
    assert.strictEqual(read(input), expected)
    assert.strictEqual(read(input, "toloka"), expected)
  })
})

describe("a bare id", () => {
  it("goes to the default source", () => {
    assert.strictEqual(read("abc", "cloud"), "cloud/abc")
    assert.strictEqual(read(" abc ", "cloud"), "cloud/abc")
  })

  it("is refused without one, saying what to write", () => {
    assert.strictEqual(read("abc"), "refused: write source/id, as in toloka/abc, or name a source")
  })

  it.each(["", "  ", ".", "..", "abc:cancel", "abc%2Fdef", "a b", "abc?x=1"])("%j is refused", (input) => {
    assert.strictEqual(read(input, "cloud"), badId)
    assert.strictEqual(read(input), badId)
  })

  it("does not take the place of a source that is written", () => {
    assert.strictEqual(read("toloka/abc", "cloud"), "toloka/abc")
  })
})

describe("a URL", () => {
  it.each([
    ["https://toloka.dev/api/v1/operations/abc", "toloka/abc"],
    ["https://toloka.dev/api/v1/operations/abc/log", "toloka/abc"],
    ["https://operation.api.cloud.yandex.net/operations/Fhm3", "cloud/Fhm3"],
    ["https://operation.api.cloud.yandex.net/operations/log", "cloud/log"],
    ["HTTPS://Toloka.DEV/api/v1/operations/AbC", "toloka/AbC"],
    ["https://toloka.dev:443/api/v1/operations/abc", "toloka/abc"],
    ["http://toloka.dev:80/api/v1/operations/abc", "toloka/abc"],
    [" https://toloka.dev/api/v1/operations/abc\n", "toloka/abc"],
    ["https://toloka.yandex.com/api/v1/operations/abc", "toloka/abc"],
    ["http://127.0.0.1:4010/api/v1/operations/abc", "local-toloka/abc"],
    ["http://127.0.0.1:4010/operations/abc", "local-cloud/abc"]
  ])("%j names %s", (input, expected) => assert.strictEqual(read(input), expected))

  it("goes to the default source where several share a location, and else to the first", () => {
    assert.strictEqual(read("https://toloka.dev/api/v1/operations/abc", "mirror"), "mirror/abc")
    assert.strictEqual(read("https://toloka.dev/api/v1/operations/abc", "cloud"), "toloka/abc")
  })

  it.each([
    ["https://toloka.dev/api/v1/operations/.", badId],
    ["https://toloka.dev/api/v1/operations/..", badId],
    ["https://toloka.dev/api/v1/operations/../pools", badId],
    ["https://toloka.dev/api/v1/operations/abc:cancel", badId],
    ["https://toloka.dev/api/v1/operations/abc%2Flog", badId],
    ["https://toloka.dev/api/v1/operations/a b", badId],
    ["https://toloka.dev/api/v1/operations/abc?fields=id", badId],
    ["https://toloka.dev/api/v1/operations/abc/log?limit=1", badId],
    ["https://toloka.dev/api/v1/operations/abc#top", badId],
    ["https://toloka.dev/api/v1/operations//abc", badId],
    ["https://toloka.dev/api/v1/operations//log", badId],
    ["https://toloka.dev/api/v1/operations/abc//log", badId],
    ["https://toloka.dev/api/v1/operations/abc/log/log", badId],
    ["https://toloka.dev/api/v1/operations/abc/history", badId],
    ["https://toloka.dev/api/v1/operations/", badId],
    ["https://toloka.dev/api/v1/operations/abc/", badId],
    ["https://toloka.dev/api/v1/operations/abc/log/", badId],
    ["https://toloka.dev/api/v1/operations", badUrl],
    ["https://toloka.dev/api/v1//operations/abc", badUrl],
    ["https://toloka.dev/api/v1/pools/abc", badUrl],
    ["https://toloka.dev/api/v2/operations/abc", badUrl],
    ["https://toloka.dev/API/v1/operations/abc", badUrl],
    ["https://toloka.dev.example.com/api/v1/operations/abc", badUrl],
    ["https://toloka.dev@example.com/api/v1/operations/abc", badUrl],
    ["https://user@toloka.dev/api/v1/operations/abc", badUrl],
    ["https://example.com/?https://toloka.dev/api/v1/operations/abc", badUrl],
    ["https://toloka.dev:8443/api/v1/operations/abc", badUrl],
    ["https://example.com/api/v1/operations/abc", badUrl],
    ["http://127.0.0.1:4011/operations/abc", badUrl],
    ["https://", badUrl]
  ])("%j is refused", (input, expected) => {
    assert.strictEqual(read(input), expected)
    assert.strictEqual(read(input, "toloka"), expected)
  })
})

describe("parse", () => {
  it.prop("reads back what `format` wrote", [Reference], ([reference]) => {
    assert.deepStrictEqual(Result.getOrThrow(parse(format(reference), { locations })), reference)
  })

  const Place = Schema.Literals([0, 1, 2, 3, 4, 5])
  it.prop("reads back an id from a URL on every location, its log included", [OperationId, Place], ([id, at]) => {
    const { source, url } = locations[at] ?? assert.fail("no such location")
    const base = url.replace(/\/$/, "")
    assert.strictEqual(read(`${base}/operations/${id}`), `${source}/${id}`)
    assert.strictEqual(read(`${base}/operations/${id}/log`), `${source}/${id}`)
  })

  const Start = Schema.Literals([
    "",
    "toloka/",
    "https://",
    "https://toloka.dev/api/v1/operations/",
    "http://127.0.0.1:"
  ])
  it.prop("gives a safe id or a refusal for any text, and never throws", [Start, Schema.String], ([start, rest]) => {
    const parsed = parse(start + rest, { locations, source: name("cloud") })
    assert.isTrue(
      Result.match(parsed, {
        onSuccess: ({ id }) => /^[A-Za-z0-9._~-]+$/.test(id) && id !== "." && id !== "..",
        onFailure: (error) => error.message.includes(error.expected)
      })
    )
  })

  it("says what was written and what would have been right", () => {
    const error = Result.getOrThrow(Result.flip(parse("toloka/a b", { locations })))
    assert.strictEqual(
      error.message,
      `"toloka/a b" is not a reference to an operation: an id is one path segment of up to 500 letters, digits and ._~-`
    )
  })
})
