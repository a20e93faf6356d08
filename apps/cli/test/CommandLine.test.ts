import { assert, describe, it } from "@effect/vitest"
import { wantsJson } from "../src/CommandLine.ts"

describe("CommandLine", () => {
  it.each([
    [["get", "x", "--json"], true],
    [["get", "--output", "json"], true],
    [["get", "--output=ndjson"], true],
    [["get", "--output", "yaml"], false],
    [["get", "--output"], false],
    [["emulate", "--", "opwatch", "get", "--json"], false],
    [["get", "json"], false]
  ])("with %j tells whether errors are JSON: %s", (args, expected) => {
    assert.strictEqual(wantsJson(args), expected)
  })
})
