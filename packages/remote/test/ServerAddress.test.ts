import { assert, describe, it } from "@effect/vitest"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as ServerAddress from "../src/ServerAddress.ts"

const key = Redacted.make("a-secret-key")

const problemOf = (url: string, withKey?: Redacted.Redacted<string>): string => {
  const made = ServerAddress.make(url, withKey)
  return Result.isFailure(made) ? made.failure.message : assert.fail(`${url} is taken`)
}

describe("ServerAddress", () => {
  it.each([
    ["http://127.0.0.1:4080", "http://127.0.0.1:4080"],
    [" http://localhost:4080/ ", "http://localhost:4080"],
    ["https://opwatch.example.org/tools//", "https://opwatch.example.org/tools"],
    ["http://opwatch.internal:4080", "http://opwatch.internal:4080"]
  ])("takes %j", (input, url) => {
    assert.deepStrictEqual(ServerAddress.make(input), Result.succeed({ url }))
  })

  it.each([
    ["localhost:4080", "write it as in http://localhost:4080"],
    ["opwatch.example.org", "write it as in http://opwatch.example.org"],
    ["ftp://127.0.0.1", "write it as in http://127.0.0.1:4080"],
    ["http://", "write it as in http://127.0.0.1:4080"],
    ["http://127.0.0.1:99999", "write it as in http://127.0.0.1:4080"],
    ["http://127.0.0.1:4080/v1/", "write http://127.0.0.1:4080"],
    ["http://127.0.0.1:4080/?a=1", "write http://127.0.0.1:4080"],
    ["http://127.0.0.1:4080/#docs", "write http://127.0.0.1:4080"]
  ])("says what would be right in place of %j", (input, right) => {
    const problem = problemOf(input)
    assert.isTrue(problem.startsWith(`"${input}" `) && problem.endsWith(`; ${right}`), problem)
  })

  it("does not repeat a password that stands in the URL", () => {
    const problem = problemOf("https://me:hunter2@opwatch.example.org/x")
    assert.include(problem, "write https://opwatch.example.org/x, and put the key into OPWATCH_API_KEY")
    for (const url of [
      "https://me:hunter2@opwatch.example.org",
      "me:hunter2@opwatch",
      "http://me:hunter2@host:99999"
    ]) {
      assert.notInclude(problemOf(url), "hunter2")
    }
  })

  it.each(["https://opwatch.example.org", "http://127.0.0.1:4080", "http://[::1]:4080", "http://localhost"])(
    "sends a key to %s",
    (url) => {
      assert.deepStrictEqual(ServerAddress.make(url, key), Result.succeed({ url, key }))
    }
  )

  it("sends no key over a network in the clear, and none that cannot be one", () => {
    assert.match(problemOf("http://opwatch.internal:4080", key), /in the clear; use https/)
    for (const text of ["two words", "line\nbreak", ""]) {
      const problem = problemOf("http://127.0.0.1:4080", Redacted.make(text))
      assert.match(problem, /^OPWATCH_API_KEY holds a character that no key has/)
    }
  })
})
