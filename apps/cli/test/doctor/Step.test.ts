import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import { ExitCode } from "../../src/ExitCode.ts"
import * as Step from "../../src/doctor/Step.ts"

const fine = (detail: string) => Effect.succeed({ detail, value: detail })
const bad = Effect.fail(new Step.Trouble({ detail: "broken", remedy: "mend it", exitCode: ExitCode.unreachable }))

describe("a check", () => {
  it.effect("is ok, or a warning where there is something to be done all the same", () =>
    Effect.gen(function* () {
      const run = Step.runner(1_000)
      assert.deepStrictEqual((yield* run("name", [], fine("there"))).check, {
        check: "name",
        status: "ok",
        detail: "there"
      })
      const warned = yield* run("clock", [], Effect.succeed({ detail: "late", remedy: "set it", value: undefined }))
      assert.deepStrictEqual(warned.check, { check: "clock", status: "warning", detail: "late", remedy: "set it" })
      assert.strictEqual(warned.exitCode, 0)
    })
  )

  it.effect("is skipped where one that it depends on failed or was skipped, and names the one that failed", () =>
    Effect.gen(function* () {
      const run = Step.runner(1_000)
      const name = yield* run("name", [], bad)
      const connection = yield* run("connection", [name], fine("open"))
      const answer = yield* run("answer", [connection], fine("hello"))
      assert.deepStrictEqual(
        [name, connection, answer].map(({ check: { detail, status }, exitCode }) => [status, detail, exitCode]),
        [
          ["failed", "broken", 6],
          ["skipped", "name is not ok", 0],
          ["skipped", "name is not ok", 0]
        ]
      )
    })
  )

  it.effect("ends in time: after four seconds, the last one at the deadline of all", () =>
    Effect.gen(function* () {
      const run = Step.runner(14_000)
      const inTurn = Effect.gen(function* () {
        const name = yield* run("name", [], Effect.never)
        const access = yield* run("access", [], Effect.never, true)
        const late = yield* run("clock", [], Effect.never)
        return [name, access, late].map(({ check: { detail, status }, exitCode }) => [status, detail, exitCode])
      })
      const fiber = yield* Effect.forkChild(inTurn)
      yield* TestClock.adjust("14 seconds")
      assert.deepStrictEqual(yield* Fiber.join(fiber), [
        ["failed", "nothing came within 4s", 6],
        ["failed", "nothing came within 10s", 6],
        ["failed", "nothing came within 0s", 6]
      ])
    })
  )
})
