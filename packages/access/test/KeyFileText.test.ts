import { assert, describe, it } from "@effect/vitest"
import { SourceName } from "@opwatch/core/Reference"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { ApiKey } from "../src/ApiKey.ts"
import * as KeyFileText from "../src/KeyFileText.ts"
import { issue } from "./Samples.ts"

const { key, text: secret } = issue("ci", { sources: [SourceName.make("toloka")] })

const problemOf = (document: unknown): string | undefined =>
  Result.getFailure(KeyFileText.parse(typeof document === "string" ? document : JSON.stringify(document))).pipe(
    (problem) => (problem._tag === "Some" ? problem.value : undefined)
  )

const withField = (field: string, value: unknown) => ({ keys: [key, { ...issue("b").key, [field]: value }] })

describe("KeyFileText", () => {
  it.prop("reads what it prints", [ApiKey], ([any]) => {
    assert.deepStrictEqual(Result.getOrThrow(KeyFileText.parse(KeyFileText.print([any]))), [any])
  })

  it.prop("reads any JSON without failing unexpectedly", [Schema.Json], ([json]) => {
    KeyFileText.parse(JSON.stringify(json))
  })

  const wrong: ReadonlyArray<readonly [unknown, string]> = [
    ["", "it is not JSON"],
    ["{", "it is not JSON"],
    [[], "the file is wrong; it is an object with a list of keys"],
    [{}, "keys is missing; it is a list of keys"],
    [{ keys: {} }, "keys is wrong; it is a list of keys"],
    [{ keys: [], more: 1 }, "the file has a field that is none of keys"],
    [withField("key", secret), "keys[1] has a field that is none of name, hash, scopes"],
    [withField("name", "Ci"), "keys[1].name is wrong; it is up to 63 lower-case letters"],
    [withField("name", ""), "keys[1].name is wrong"],
    [withField("hash", secret), "keys[1].hash is wrong; it is sha256: and 64 hexadecimal digits"],
    [withField("hash", undefined), "keys[1].hash is missing"],
    [withField("scopes", []), "keys[1].scopes"],
    [
      withField("scopes", ["write"]),
      "is wrong; it is a list of one or more of read, track, cancel, passthrough, admin"
    ],
    [withField("sources", ["Toloka"]), "is wrong; it is a list of one or more names of sources"],
    [withField("maxTracked", -1), "keys[1].maxTracked is wrong; it is a whole number, 0 or more"],
    [withField("expiresAt", "tomorrow"), "keys[1].expiresAt is wrong; it is a time in UTC"],
    [withField("name", "ci"), "it has two keys of the name ci"],
    [withField("hash", key.hash), "ci and b are the same key"]
  ]
  for (const [document, problem] of wrong) {
    it(`says that ${problem}`, () => {
      assert.include(problemOf(document), problem)
      assert.notInclude(problemOf(document), secret)
    })
  }
})
