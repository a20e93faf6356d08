import { assert, describe, it } from "@effect/vitest"
import { Forbidden, MalformedAnswer, OperationNotFound, Throttled, Unavailable } from "@opwatch/core/ProviderError"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { OutputUnwritable } from "../../src/StandardStreams.ts"
import * as Harness from "../Harness.ts"
import { refusal } from "../InMemoryProvider.ts"

const ends = { state: "succeeded" } as const
const runs = { state: "running" } as const

/** A line of progress without the time that it begins with. */
const withoutTime = (line: string): string => line.replace(/^1970-01-01T\d\d:\d\d:\d\dZ {2}/, "")

describe("opwatch wait", () => {
  it.effect("waits until all are done and prints them in the order asked", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      cli.toloka.script("slow", { state: "pending" }, { ...runs, progress: 40 }, ends)
      cli.cloud.script("fast", ends)
      const { code, err, out } = yield* cli.run(["wait", "toloka/slow", "cloud/fast", "--json"])
      assert.deepStrictEqual(
        JSON.parse(out).map(({ ref, state }: Record<string, unknown>) => [ref, state]),
        [
          ["toloka/slow", "succeeded"],
          ["cloud/fast", "succeeded"]
        ]
      )
      assert.strictEqual(code, 0)
      assert.deepStrictEqual(err.trim().split("\n").map(withoutTime).toSorted(), [
        "cloud/fast: succeeded",
        "toloka/slow: pending",
        "toloka/slow: running, 40 %",
        "toloka/slow: succeeded"
      ])
    })
  )

  it.effect("prints each operation as it ends with ndjson", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      cli.toloka.script("slow", runs, runs, ends)
      cli.cloud.script("fast", ends)
      const { fiber, printed } = yield* cli.start(["wait", "toloka/slow", "cloud/fast", "--output", "ndjson"])
      yield* Harness.settle
      assert.strictEqual(JSON.parse(printed.out).ref, "cloud/fast")
      yield* Harness.advance("1 minute")
      assert.strictEqual(yield* Fiber.join(fiber), 0)
      assert.deepStrictEqual(
        printed.out
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line).ref),
        ["cloud/fast", "toloka/slow"]
      )
    })
  )

  it.effect("lets one that cannot be read stop no other", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      cli.toloka.script("a", runs, { state: "failed", error: { code: "X", message: "broke", details: [] } })
      const { code, out } = yield* cli.run(["wait", "toloka/gone", "toloka/a", "--json"])
      const [gone, a] = JSON.parse(out)
      assert.strictEqual(gone.ref, "toloka/gone")
      assert.strictEqual(gone.error.code, "OperationNotFound")
      assert.strictEqual(a.state, "failed")
      assert.strictEqual(code, 4)
    })
  )

  it.effect.each([
    [[], "failed", 1],
    [[], "cancelled", 7],
    [["--strict"], "partial", 9],
    [[], "partial", 0]
  ] as const)("with flags %j ends for one that is %s with %i", ([flags, end, code]) =>
    Effect.gen(function* () {
      const cli = Harness.make()
      cli.toloka.script("a", runs, end === "partial" ? { ...ends, partial: true } : { state: end })
      assert.strictEqual((yield* cli.run(["wait", "toloka/a", ...flags])).code, code)
    })
  )

  it.effect("rides out setbacks and says so", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      const throttled = refusal("toloka", "a", new Throttled({ retryAfterMillis: 4_000 }))
      const down = refusal("toloka", "a", new Unavailable({}))
      const odd = refusal("toloka", "a", new MalformedAnswer())
      cli.toloka.script("a", throttled, runs, down, odd, ends)
      const { code, err } = yield* cli.run(["wait", "toloka/a"])
      assert.match(err, /toloka\/a: throttled, again in 4s\n/)
      assert.match(err, /toloka\/a: toloka says Unavailable, again in \d+ms\n/)
      assert.match(err, /toloka\/a: toloka says MalformedAnswer, again in \d+ms\n/)
      assert.strictEqual(code, 0)
    })
  )

  it.effect("gives up on what fails for too long without a break", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      cli.toloka.script("a", runs, refusal("toloka", "a", new Unavailable({})))
      const ran = yield* cli.run(["wait", "toloka/a", "--give-up-after", "30s"])
      assert.match(ran.err, /toloka\/a: given up: .*toloka says Unavailable\n/)
      assert.match(ran.err, /opwatch: toloka\/a: the provider is not available\n {2}toloka says Unavailable\n {2}.*\n$/)
      assert.strictEqual(ran.code, 6)
    })
  )

  it.effect("forgives a not-found right after creation with --new, and only then", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      const absent = refusal("cloud", "a", new OperationNotFound())
      cli.cloud.script("a", absent, absent, ends)
      cli.cloud.script("b", absent, absent, ends)
      const forgiven = yield* cli.run(["wait", "cloud/a", "--new"])
      assert.strictEqual(forgiven.code, 0)
      assert.match(forgiven.err, /not found yet, again in/)
      assert.strictEqual((yield* cli.run(["wait", "cloud/b"])).code, 4)
    })
  )

  it.effect("ends with one that was known and is no longer found as lost", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      cli.cloud.script("a", runs, refusal("cloud", "a", new OperationNotFound()))
      const { code, out } = yield* cli.run(["wait", "cloud/a", "--json"])
      assert.strictEqual(JSON.parse(out).state, "lost")
      assert.strictEqual(code, 4)
    })
  )

  it.effect("prints the last known states when time runs out, and how to resume", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      cli.toloka.script("a", { ...runs, progress: 10 })
      cli.cloud.script("b", ends)
      const args = ["wait", "toloka/a", "cloud/b", "--timeout", "5s", "--config", "/etc/it's.yaml", "--strict"]
      const { code, err, out } = yield* cli.run(args)
      assert.strictEqual(out, "toloka/a  running, 10 %\ncloud/b   succeeded\n")
      assert.match(err, /\nopwatch: time ran out after 5s; toloka\/a is not done and goes on\n/)
      assert.match(err, /\n {2}resume with: opwatch wait --config '\/etc\/it'\\''s\.yaml' --strict toloka\/a\n$/)
      assert.strictEqual(code, 3)
      assert.deepStrictEqual(cli.configs, ["/etc/it's.yaml"])
    })
  )

  it.effect("gives a time-out as JSON, with the last setback where nothing was ever read", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      cli.toloka.script("a", refusal("toloka", "a", new Unavailable({})))
      const ran = yield* cli.run(["wait", "toloka/a", "-", "--timeout", "3s", "--json"])
      const [unread] = JSON.parse(ran.out)
      assert.deepInclude(unread, { ref: "toloka/a" })
      assert.deepInclude(unread.error, {
        code: "Unavailable",
        message: "the provider is not available: toloka says Unavailable"
      })
      assert.deepStrictEqual(Harness.errorOf(ran), {
        code: "WaitTimedOut",
        message: "time ran out after 3s; toloka/a is not done and goes on",
        ref: "toloka/a",
        hint: "resume with: opwatch wait toloka/a"
      })
      assert.strictEqual(ran.code, 3)
    })
  )

  it.effect("stops at the first that is done with --any, and counts only that one", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      cli.toloka.script("slow", runs)
      cli.cloud.script("a", runs, { state: "cancelled" })
      const { code, out } = yield* cli.run(["wait", "toloka/gone", "toloka/slow", "cloud/a", "--any", "--json"])
      const [only, ...others] = JSON.parse(out)
      assert.deepInclude(only, { ref: "cloud/a", state: "cancelled" })
      assert.deepStrictEqual(others, [])
      assert.strictEqual(code, 7)
    })
  )

  it.effect("counts with --any only the one that ended the wait, be it the last", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      cli.cloud.script("a", runs, ends)
      assert.strictEqual((yield* cli.run(["wait", "toloka/gone", "cloud/a", "--any"])).code, 0)
      assert.strictEqual((yield* cli.run(["wait", "toloka/gone", "cloud/gone", "--any"])).code, 4)
    })
  )

  it.effect("stops at the first failure with --fail-fast", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      cli.toloka.script("slow", runs)
      cli.cloud.script("good", ends)
      cli.cloud.script("bad", runs, { state: "failed" })
      const { code, out } = yield* cli.run(["wait", "toloka/slow", "cloud/good", "cloud/bad", "--fail-fast"])
      assert.strictEqual(out, "toloka/slow  running\ncloud/good   succeeded\ncloud/bad    failed\n")
      assert.strictEqual(code, 1)
    })
  )

  it.effect("polls at a fixed rate with --interval", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      cli.toloka.script("a", runs)
      const { fiber } = yield* cli.start(["wait", "toloka/a", "--interval", "10s"])
      yield* Harness.advance("100 seconds")
      assert.strictEqual(cli.toloka.counts.gets, 11)
      yield* Fiber.interrupt(fiber)
    })
  )

  it.effect("polls the less the higher the --price of a poll", () =>
    Effect.gen(function* () {
      const polls = yield* Effect.forEach(["200ms", "1s", "5s"], (price) =>
        Effect.gen(function* () {
          const cli = Harness.make()
          cli.toloka.script("a", runs)
          const { fiber } = yield* cli.start(["wait", "toloka/a", "--price", price])
          yield* Harness.advance("10 minutes")
          yield* Fiber.interrupt(fiber)
          return cli.toloka.counts.gets
        })
      )
      assert.deepStrictEqual(polls, [66, 30, 14])
    })
  )

  it.effect("never pauses for longer than --max-interval", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      cli.toloka.script("a", runs)
      const { fiber } = yield* cli.start(["wait", "toloka/a", "--max-interval", "1s"])
      yield* Harness.advance("10 minutes")
      assert.isAbove(cli.toloka.counts.gets, 590)
      yield* Fiber.interrupt(fiber)
    })
  )

  it.effect("says when it is interrupted that the operations go on, and cancels nothing", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      cli.cloud.script("a", runs)
      cli.cloud.script("b", ends)
      const { fiber, printed } = yield* cli.start(["wait", "cloud/a", "cloud/b"])
      yield* Harness.advance("1 second")
      yield* Fiber.interrupt(fiber)
      assert.match(
        printed.err,
        /\nopwatch: interrupted; cloud\/a is not done and goes on\n {2}resume with: opwatch wait cloud\/a\n$/
      )
      assert.strictEqual(cli.cloud.counts.cancels, 0)
    })
  )

  it.effect("asks to cancel when it is told to, on a time-out or an interruption", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      cli.cloud.script("a", runs)
      cli.toloka.script("b", runs)
      const timedOut = yield* cli.run([
        "wait",
        "cloud/a",
        "toloka/b",
        "--timeout",
        "1s",
        "--cancel-on",
        "timeout,interrupt"
      ])
      assert.match(timedOut.err, /cloud\/a: asked to cancel; running now\n/)
      assert.match(timedOut.err, /toloka\/b: not cancelled: toloka says Unsupported\n/)
      assert.notMatch(timedOut.err, /go on/)
      assert.strictEqual(timedOut.code, 3)
      cli.cloud.script("c", runs)
      const { fiber, printed } = yield* cli.start(["wait", "cloud/c", "--cancel-on", "interrupt"])
      yield* Harness.advance("1 second")
      yield* Fiber.interrupt(fiber)
      assert.match(printed.err, /cloud\/c: asked to cancel; running now\n/)
      assert.strictEqual(cli.cloud.counts.cancels, 2)
    })
  )

  it.effect("tells its verdict even when nobody reads its output", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      cli.toloka.script("a", runs, { state: "failed" })
      assert.strictEqual((yield* cli.run(["wait", "toloka/a"], { closesAfter: 0 })).code, 1)
      assert.strictEqual((yield* cli.run(["wait", "toloka/a", "--output", "ndjson"], { closesAfter: 0 })).code, 1)
    })
  )

  it.effect.each(["text", "json", "ndjson"])(
    "says that its output is lost, as %s, when it cannot be written",
    (format) =>
      Effect.gen(function* () {
        const cli = Harness.make()
        cli.toloka.script("a", ends)
        const writeError = new OutputUnwritable({ message: "standard output cannot be written: ENOSPC" })
        const ran = yield* cli.run(["wait", "toloka/a", "--output", format], { closesAfter: 0, writeError })
        assert.match(ran.err, /standard output cannot be written: ENOSPC/)
        assert.strictEqual(ran.code, 2)
      })
  )

  it.effect("tells a setback once while it is the same, and again after ten minutes", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      const down = refusal("toloka", "a", new Unavailable({}))
      cli.toloka.script("a", ...Array.from({ length: 80 }, () => down), runs, down, ends)
      const { err } = yield* cli.run(["wait", "toloka/a", "--give-up-after", "2h"])
      const [before = "", after = ""] = err.split("toloka/a: running\n")
      const told = [...before.matchAll(/^(\S+)Z {2}toloka\/a: .*Unavailable, again in/gm)].map(([, time]) => time)
      const minutes = told.map((time) => Date.parse(`${time}Z`) / 60_000)
      assert.isAbove(minutes.length, 1)
      for (const [index, minute] of minutes.slice(1).entries()) assert.isAtLeast(minute - (minutes[index] ?? 0), 10)
      assert.match(after, /^\S+ {2}toloka\/a: .*Unavailable, again in .*\n\S+ {2}toloka\/a: succeeded\n$/)
    })
  )

  it.effect("breaks a silence of five minutes where nothing is drawn", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      cli.toloka.script("a", { ...runs, progress: 40 })
      cli.cloud.script("b", ends)
      const one = yield* cli.start(["wait", "toloka/a"])
      const two = yield* cli.start(["wait", "toloka/a", "cloud/b"])
      yield* Harness.advance("11 minutes")
      yield* Fiber.interruptAll([one.fiber, two.fiber])
      assert.match(one.printed.err, /^1970-01-01T00:00:00Z {2}toloka\/a: running, 40 %\n/)
      assert.deepStrictEqual(one.printed.err.match(/.*still.*/g)?.map(withoutTime), [
        "toloka/a: still waiting; running, 40 %",
        "toloka/a: still waiting; running, 40 %"
      ])
      assert.deepStrictEqual(two.printed.err.match(/.*still.*/g), [
        "1970-01-01T00:05:00Z  still waiting: 1 of 2 done",
        "1970-01-01T00:10:00Z  still waiting: 1 of 2 done"
      ])
    })
  )

  it.effect("says nothing but errors and what goes on with --quiet, on a terminal too", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      cli.toloka.script("a", runs, refusal("toloka", "a", new Unavailable({})), ends)
      cli.cloud.script("b", runs)
      const error = Harness.terminal(80, 24)
      assert.strictEqual((yield* cli.run(["wait", "toloka/a", "--quiet"], { error })).err, "")
      const { code, err } = yield* cli.run(["wait", "cloud/b", "-q", "--timeout", "1s"], { error })
      assert.match(err, /^opwatch: time ran out after 1s; cloud\/b is not done and goes on\n.*\n$/)
      assert.strictEqual(code, 3)
    })
  )

  const screen = Harness.terminal(80, 24)

  it.effect("draws one operation on a terminal, and takes it away for the answer", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      cli.toloka.script("a", { ...runs, progress: 50, kind: "POOL\u001b[2J" }, { ...runs, progress: 50 }, ends)
      const { fiber, printed } = yield* cli.start(["wait", "toloka/a"], { error: screen, output: screen })
      yield* Harness.advance("300 millis")
      assert.include(printed.err, " toloka/a  running  ██████████░░░░░░░░░░   50 %  POOL\\u001b[2J\n")
      assert.notInclude(printed.err, "POOL\u001b")
      yield* Harness.advance("1 minute")
      assert.strictEqual(yield* Fiber.join(fiber), 0)
      assert.isTrue(printed.err.endsWith("\u001b[J\u001b[?25h"))
      assert.match(printed.out, /^toloka\/a\n {2}state +succeeded\n/)
    })
  )

  it.effect("lets those that ended stay above the block, and does not say them again on the same terminal", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      cli.toloka.script("slow", runs, { state: "failed", error: { code: "X", message: "broke", details: [] } })
      cli.cloud.script("fast", { ...ends, kind: "yandex.cloud.compute.v1.CreateDisk" })
      cli.cloud.script("none", refusal("cloud", "none", new Forbidden()))
      cli.cloud.script("on", runs)
      const args = ["wait", "toloka/slow", "cloud/fast", "cloud/none", "cloud/on", "--timeout", "2m"]
      const { code, err, out } = yield* cli.run(args, { error: screen, output: screen })
      // oxlint-disable-next-line eslint/no-control-regex
      const settled = err.replace(/\u001b\[[\d?]*[A-Za-z]|\r/g, "").match(/^(✓|✗|opwatch:|\d+ of).*/gm) ?? []
      assert.deepStrictEqual(
        settled.map((line) => line.replace(/^(opwatch: (cloud\/none|time)).*/, "$1")),
        [
          "✓ cloud/fast   succeeded  CreateDisk",
          "opwatch: cloud/none",
          "✗ toloka/slow  failed     X: broke",
          "3 of 4 done, 1 failed, 1 given up  2m",
          "opwatch: time"
        ]
      )
      assert.match(out, /^(REF.*\n)?cloud\/on +running.*\n$/)
      assert.strictEqual(code, 5)
    })
  )

  it.effect("gives the whole answer where standard output is no terminal", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      cli.toloka.script("a", ends)
      cli.cloud.script("none", refusal("cloud", "none", new Forbidden()))
      const { err, out } = yield* cli.run(["wait", "toloka/a", "cloud/none"], { error: screen })
      assert.match(out, /^toloka\/a +succeeded.*\n$/)
      assert.strictEqual(err.split("cloud says Forbidden").length, 2)
    })
  )

  it.effect.each([
    [["--timeout", "soon"], /--timeout cannot be "soon"\n {2}it takes a duration such as/],
    [["--interval", "0s"], /--interval cannot be "0s"/],
    [["--price", "0s"], /--price cannot be "0s"/],
    [["--price", "2s", "--interval", "5s"], /--price and --interval contradict each other\n.*\n {2}give one of them\n/],
    [["--cancel-on", "never"], /--cancel-on cannot be "never"\n {2}it takes timeout, interrupt/],
    [["--timeout"], /--timeout needs a value: DURATION/],
    [["--timeout", "1s", "--timeout", "2s"], /--timeout is given more than once\n {2}give it once\n/]
  ] as const)("refuses %j", ([flags, message]) =>
    Effect.gen(function* () {
      const { code, err } = yield* Harness.make().run(["wait", "toloka/a", ...flags])
      assert.match(err, message)
      assert.strictEqual(code, 2)
    })
  )
})
