import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Log from "../src/Log.ts"

/** What the server of this environment writes. */
const written = Effect.fnUntraced(function* (environment: Record<string, string>, scrub?: (text: string) => string) {
  const console = yield* Console.Console
  const lines: Array<string> = []
  yield* Effect.gen(function* () {
    yield* Log.say(
      "listening",
      Effect.sync(() => void lines.push("said"))
    )
    yield* Effect.logDebug("details")
    yield* Effect.annotateLogs(Effect.logWarning("from\u001b[2J\nelsewhere"), {
      key: "ci",
      secret: Redacted.make("hidden")
    })
    yield* Effect.logError("it fails", Cause.fail(new Error("for want of\nroom")))
    yield* Effect.logError("it broke", new Error("by mistake"))
    yield* Log.fail("cannot go on")
  }).pipe(
    Effect.provide(Log.layer(environment, scrub)),
    Effect.provideService(Console.Console, { ...console, error: (line: unknown) => void lines.push(String(line)) })
  )
  return lines
})

describe("The log", () => {
  it.live("is a line for people, with nothing in it that a terminal obeys", () =>
    Effect.gen(function* () {
      const lines = yield* written({}, (text) => text.replace("mistake", "chance"))
      assert.strictEqual(lines[0], "said")
      assert.match(
        lines[1] ?? "",
        /^\d{4}-\d\d-\d\dT[\d:.]+Z warn from\\u001b\[2J\\u000aelsewhere key=ci secret=<redacted>$/
      )
      assert.match(lines[2] ?? "", /^\S+Z error it fails\n {4}for want of\n {4}room$/)
      assert.match(lines[3] ?? "", /^\S+Z error it broke\n {4}Error: by chance\n {4} {4}at /)
      assert.deepStrictEqual(lines.slice(4), ["opwatch: cannot go on"])
    })
  )

  it.live("is JSON for programs, what comes before the log and after it too", () =>
    Effect.gen(function* () {
      const lines = yield* written({ OPWATCH_LOG_FORMAT: "json", OPWATCH_LOG_LEVEL: "debug" })
      for (const line of lines) assert.isFalse(line.includes("\n") || line.includes("\u001b"), line)
      const entries = lines.map((line) => JSON.parse(line))
      assert.deepStrictEqual(
        entries.map(({ level, message }) => `${level} ${message}`),
        [
          "info listening",
          "debug details",
          "warn from\u001b[2J\nelsewhere",
          "error it fails",
          "error it broke",
          "fatal cannot go on"
        ]
      )
      assert.include(entries[2], { key: "ci", secret: "<redacted>" })
      assert.strictEqual(entries[3].error, "for want of\nroom")
      assert.deepStrictEqual((yield* written({ OPWATCH_LOG_FORMAT: "json", OPWATCH_LOG_LEVEL: "none" })).length, 0)
    })
  )

  it.effect("refuses what it does not know", () =>
    Effect.gen(function* () {
      for (const [name, value] of [
        ["OPWATCH_LOG_FORMAT", "xml"],
        ["OPWATCH_LOG_LEVEL", "loud"]
      ] as const) {
        const { message } = yield* Effect.flip(Effect.provide(Effect.void, Log.layer({ [name]: value })))
        assert.include(message, `${name} is "${value}"`)
      }
    })
  )
})
