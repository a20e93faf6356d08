import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { wantsJson } from "../src/CommandLine.ts"
import * as Harness from "./Harness.ts"

describe("CommandLine", () => {
  it.each([
    [["get", "x", "--json"], true],
    [["get", "x", "--json=true"], true],
    [["get", "x", "--json=false"], false],
    [["get", "--output", "json"], true],
    [["get", "--output=ndjson"], true],
    [["get", "-o", "json"], true],
    [["get", "-o=json"], true],
    [["get", "--output", "yaml"], false],
    [["get", "--output"], false],
    [["emulate", "--", "opwatch", "get", "--json"], false],
    [["get", "json"], false]
  ])("with %j tells whether errors are JSON: %s", (args, expected) => {
    assert.strictEqual(wantsJson(args), expected)
  })

  it.effect.each([
    [["wat", "toloka/a"], 'there is no command "wat"', "did you mean wait?"],
    [["ls"], 'there is no command "ls"', "did you mean list?"],
    [["cloud/a"], 'there is no command "cloud/a"', "did you mean opwatch get cloud/a?"],
    [["nonsense"], 'there is no command "nonsense"', "`opwatch --help` names them all"],
    [["wat", "--help"], 'there is no command "wat"', "did you mean wait?"],
    [["help", "wat"], 'there is no command "wat"', "did you mean wait?"],
    [["get", "--jsn", "toloka/a"], "opwatch get has no flag --jsn", "did you mean --json?"],
    [["wait", "--timeot=5m", "toloka/a"], "opwatch wait has no flag --timeot", "did you mean --timeout?"],
    [["get", "-json", "toloka/a"], "opwatch get has no flag -json", "did you mean --json?"],
    [["wait", "-timeout=5m", "toloka/a"], "opwatch wait has no flag -timeout", "did you mean --timeout?"],
    [["get", "-j", "toloka/a"], "opwatch get has no flag -j", "did you mean --json?"],
    [["get", "--nonsense", "toloka/a"], "opwatch get has no flag --nonsense", "see opwatch get --help"],
    [
      ["get", "--timeout", "5m", "toloka/a"],
      "opwatch get has no flag --timeout",
      "it is a flag of opwatch wait; see opwatch get --help"
    ],
    [
      ["--source", "cloud", "get", "a", "b c"],
      "flags come after the command, and --source is before it",
      "try opwatch get --source cloud a 'b c'"
    ],
    [["--verson"], "opwatch has no flag --verson", "did you mean --version?"],
    [["list"], "opwatch list needs the name of a source, such as toloka or cloud", "see opwatch list --help"],
    [["list", "toloka", "b"], 'opwatch list takes no argument "b"', "see opwatch list --help"],
    [["get", "--source"], "--source needs a value: NAME", "see opwatch get --help"]
  ] as const)("refuses %j: %s", ([args, message, hint]) =>
    Effect.gen(function* () {
      const ran = yield* Harness.make().run(args)
      assert.deepStrictEqual(ran, { code: 2, out: "", err: `opwatch: ${message}\n  ${hint}\n` })
    })
  )

  it.effect.each([
    [["get", "toloka/a", "--output", "jsn"], "--output", "jsn", "text, json, ndjson or yaml", "did you mean json?"],
    [["list", "toloka", "--limit", "0"], "--limit", "0", "a whole number, 1 or more", "see opwatch list --help"],
    [["completions", "bsh"], "SHELL", "bsh", "bash, zsh or fish", "did you mean bash or zsh?"]
  ] as const)("says of %j what is right", ([args, name, value, right, hint]) =>
    Effect.gen(function* () {
      const { code, err } = yield* Harness.make().run(args)
      assert.strictEqual(err, `opwatch: ${name} cannot be "${value}"\n  it takes ${right}\n  ${hint}\n`)
      assert.strictEqual(code, 2)
    })
  )

  it.effect("tells of wrong arguments as JSON where JSON is asked for, be it in the wrong place", () =>
    Effect.gen(function* () {
      const ran = yield* Harness.make().run(["--json", "get", "toloka/a"])
      assert.deepStrictEqual(Harness.errorOf(ran), {
        code: "UnrecognizedOption",
        message: "flags come after the command, and --json is before it",
        hint: "try opwatch get --json toloka/a"
      })
    })
  )

  it.effect("leaves the words after -- to the program that they are for", () =>
    Effect.gen(function* () {
      const { code, err } = yield* Harness.make().run(["emulate", "--prt", "1", "--", "opwatch", "get", "-json"])
      assert.strictEqual(err, "opwatch: opwatch emulate has no flag --prt\n  did you mean --port?\n")
      assert.strictEqual(code, 2)
    })
  )
})
