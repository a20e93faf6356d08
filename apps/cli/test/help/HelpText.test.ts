import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as CommandDescription from "../../src/help/CommandDescription.ts"
import * as Commands from "../../src/Commands.ts"
import * as Terminal from "../../src/terminal/Terminal.ts"
import * as Harness from "../Harness.ts"

const helpOf = (args: ReadonlyArray<string>, output: Terminal.Terminal = Terminal.none) =>
  Effect.map(Harness.make().run(args, { output }), ({ code, err, out }) => {
    assert.deepStrictEqual([code, err], [0, ""])
    return out
  })

/** The command lines of opwatch among the examples, without what they are piped into. */
const examplesIn = (help: string): ReadonlyArray<ReadonlyArray<string>> =>
  [...(/\nEXAMPLES\n[^]*?(?=\n\n|$)/.exec(help)?.[0] ?? "").matchAll(/^ {2}(?!#)(.*\bopwatch .*)$/gm)].flatMap(
    ([, line = ""]) =>
      line
        .replace(/ -- .*/, "")
        .split(/[|<>']|<\(|\)/)
        .map((part) => part.trim())
        .filter((part) => part.startsWith("opwatch "))
        .map((part) => part.replace("toloka.dev", "toloka.test").split(" ").slice(1))
  )

describe("HelpText", () => {
  it.effect("is shown alike by help, --help, -h and no arguments at all", () =>
    Effect.gen(function* () {
      const help = yield* helpOf([])
      for (const args of [["--help"], ["-h"], ["help"]]) assert.strictEqual(yield* helpOf(args), help)
      assert.match(help, /\nCOMMANDS\n {2}get {10}Show operations as they are now\n/)
      assert.match(help, /\nENVIRONMENT\n {2}OPWATCH_CONFIG {2,}The configuration file/)
      assert.strictEqual(yield* helpOf(["help", "wait"]), yield* helpOf(["wait", "--help"]))
      assert.strictEqual(yield* helpOf(["wait", "-h", "--nonsense"]), yield* helpOf(["wait", "--help"]))
    })
  )

  it.effect.each(Commands.names)("of %s says what it does, and shows examples that it takes", (name) =>
    Effect.gen(function* () {
      const opwatch = yield* CommandDescription.describe
      const command = opwatch.subcommands.find((one) => one.name === name)
      assert.isAbove((command?.description ?? "").length, 10)
      for (const { description } of [...(command?.flags ?? []), ...(command?.arguments ?? [])]) {
        assert.isAbove((description ?? "").length, 5)
      }
      const examples = examplesIn(yield* helpOf([name, "--help"]))
      assert.isNotEmpty(examples)
      for (const args of examples) {
        if (["serve", "keys", "store", "emulate", "demo", "doctor"].includes(args[0] ?? "")) continue
        // Without the server that it names, that is all that it lacks.
        const at = args.includes("--server") ? args.indexOf("--server") : Infinity
        const { code, err } = yield* Harness.make().run(args.filter((_, index) => index !== at && index !== at + 1))
        if (/ needs an opwatch server[\n:]/.test(err)) continue
        assert.include([0, 4, 6, 7, 8], code, `${args.join(" ")}: ${err}`)
      }
    })
  )

  it.effect.each([20, 40, 57, 80, 200])("keeps to a window of %i columns, and to 100 at most", (columns) =>
    Effect.gen(function* () {
      const widest = Math.min(100, Math.max(40, columns))
      for (const name of Commands.names) {
        const help = yield* helpOf([name, "--help"], Harness.terminal(columns, 24))
        const [prose = ""] = help.split("\nEXAMPLES\n")
        const tooLong = prose.split("\n").filter((line) => line.length > widest && / .* /.test(line.trim()))
        assert.deepStrictEqual(tooLong, [])
      }
    })
  )

  it.effect("breaks no example, however narrow the window is", () =>
    Effect.gen(function* () {
      const help = yield* helpOf(["wait", "--help"], Harness.terminal(40, 24))
      assert.include(help, "\n  opwatch wait --source cloud --resource compute/instances/fhm3abc\n")
    })
  )

  it.effect("colours where colours are shown, and is ASCII where nothing else is", () =>
    Effect.gen(function* () {
      const plain = yield* helpOf(["get", "--help"])
      assert.notInclude(plain, "\u001b")
      const coloured = yield* helpOf(["get", "--help"], { ...Harness.terminal(80, 24), colors: true })
      assert.include(coloured, "\u001b[2m# One operation\u001b[22m")
      const ascii = yield* helpOf(["get", "--help"], { ...Harness.terminal(80, 24), unicode: false })
      assert.match(ascii, /^[\n -~]+$/)
    })
  )

  it.effect("tells the exit codes of a wait", () =>
    Effect.gen(function* () {
      const [, table = ""] = (yield* helpOf(["wait", "--help"])).split("\nEXIT CODES\n")
      const codes = table
        .split("\n")
        .flatMap((line) => Option.toArray(Option.fromNullishOr(/^ {2}(\d+)/.exec(line)?.[1])))
      assert.deepStrictEqual(codes.map(Number), [0, 1, 2, 3, 4, 5, 6, 7, 9, 130])
    })
  )
})
