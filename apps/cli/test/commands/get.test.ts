import { assert, describe, it } from "@effect/vitest"
import { Forbidden, MalformedAnswer, OperationNotFound, Throttled, Unavailable } from "@opwatch/core/ProviderError"
import { Timestamp } from "@opwatch/core/Timestamp"
import * as Effect from "effect/Effect"
import * as Harness from "../Harness.ts"
import { refusal } from "../InMemoryProvider.ts"

const time = (text: string) => Timestamp.make(text)

describe("opwatch get", () => {
  it.effect("gives one object for one reference, and exit code 0 for a failed operation", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      cli.toloka.script("a", { state: "failed", kind: "POOL.OPEN" })
      const { code, err, out } = yield* cli.run(["get", "toloka/a", "--json"])
      assert.deepInclude(JSON.parse(out), { ref: "toloka/a", state: "failed", done: true, kind: "POOL.OPEN" })
      assert.strictEqual(code, 0)
      assert.strictEqual(err, "")
    })
  )

  it.effect("gives several in the order asked, unreadable ones among them, and asks for each once", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      cli.toloka.script("a", { state: "running" })
      cli.cloud.script("b", refusal("cloud", "b", new Forbidden(), { requestId: "r-1", hint: "ask for access" }))
      const { code, err, out } = yield* cli.run(["get", "cloud/b", "toloka/a", "cloud/b", "--output=json"])
      const list: ReadonlyArray<Record<string, unknown>> = JSON.parse(out)
      const [unreadable, running, again] = list
      assert.deepInclude(unreadable, { ref: "cloud/b" })
      assert.deepInclude(unreadable?.["error"], { code: "Forbidden", hint: "ask for access", requestId: "r-1" })
      assert.deepInclude(running, { ref: "toloka/a", state: "running" })
      assert.deepStrictEqual(again, unreadable)
      assert.strictEqual(cli.cloud.counts.gets, 1)
      assert.strictEqual(code, 5)
      assert.strictEqual(err, "")
    })
  )

  it.effect("tells of one that cannot be read on standard error, as JSON where JSON is asked for", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      const text = yield* cli.run(["get", "toloka/gone"])
      assert.match(text.err, /^opwatch: toloka\/gone: .*\n {2}toloka says OperationNotFound\n/)
      assert.deepStrictEqual([text.code, text.out], [4, ""])
      const json = yield* cli.run(["get", "toloka/gone", "--json"])
      assert.strictEqual(json.out, "")
      assert.deepInclude(Harness.errorOf(json), { code: "OperationNotFound", ref: "toloka/gone" })
    })
  )

  it.effect("takes bare ids with --source, and with OPWATCH_SOURCE", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      cli.cloud.script("x", { state: "running" })
      const flag = yield* cli.run(["get", "x", "--source", "cloud", "--json"])
      assert.strictEqual(JSON.parse(flag.out).ref, "cloud/x")
      const variable = yield* cli.run(["get", "x", "--json"], { environment: { OPWATCH_SOURCE: "cloud" } })
      assert.strictEqual(JSON.parse(variable.out).ref, "cloud/x")
      const neither = yield* cli.run(["get", "x"])
      assert.strictEqual(neither.code, 2)
      assert.match(neither.err, /write source\/id, as in toloka\/x/)
    })
  )

  it.effect("takes the URL of an operation", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      cli.toloka.script("a", { state: "running" })
      const { out } = yield* cli.run(["get", "https://toloka.test/api/v1/operations/a/log", "--json"])
      assert.strictEqual(JSON.parse(out).ref, "toloka/a")
    })
  )

  it.effect("reads references and objects from standard input, and answers with a list", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      cli.toloka.script("a", { state: "running" })
      cli.cloud.script("b", { state: "running" })
      const stdin = '{"id":"b","done":false}\nnull\ntoloka/a\n'
      const { out } = yield* cli.run(["get", "-", "--json"], { stdin })
      assert.deepStrictEqual(
        JSON.parse(out).map(({ ref }: { ref: string }) => ref),
        ["cloud/b", "toloka/a"]
      )
      const nothing = yield* cli.run(["get", "-", "--json"], { stdin: "null\n" })
      assert.deepStrictEqual(nothing, { code: 0, out: "[]\n", err: "" })
      const told = yield* cli.run(["get", "-", "--source", "toloka", "--json"], { stdin: '{"id":"a","done":true}' })
      assert.strictEqual(JSON.parse(told.out)[0].ref, "toloka/a")
    })
  )

  it.effect.each([
    [["get", "toloka/a:cancel"], /"toloka\/a:cancel" is not a reference/],
    [["get", "toloka/a", "toloka/.."], /"toloka\/\.\." is not a reference/],
    [["get", "toloka/a", "nowhere/b"], /there is no source "nowhere"\n {2}the known ones are toloka, cloud\n/],
    [["get", "toloka/a", "--source", "Toloka"], /--source is "Toloka"/],
    [["get", "toloka/a", "--source", "nowhere"], /there is no source "nowhere"/],
    [["get", "toloka/a", "--config", "/missing.yaml"], /\/missing\.yaml: there is no such file/],
    [["get", "toloka/a", "--json", "--output", "yaml"], /--json and --output yaml contradict each other/],
    [["get", "toloka/a", "--output", "xml"], /--output cannot be "xml"\n {2}it takes text, json, ndjson or yaml\n/],
    [["get", "toloka/a", "--jsn"], /opwatch get has no flag --jsn\n {2}did you mean --json\?/],
    [["get"], /opwatch get needs a reference/],
    [["gett", "toloka/a"], /there is no command "gett"\n {2}did you mean get\?/],
    [["get", "-", "toloka/a"], /standard input holds an object without a ref or an id/]
  ] as const)("refuses %j before any request is made", ([args, message]) =>
    Effect.gen(function* () {
      const cli = Harness.make()
      cli.toloka.script("a", { state: "running" })
      const { code, err, out } = yield* cli.run(args, { stdin: "{}" })
      assert.match(err, message)
      assert.strictEqual(code, 2)
      assert.strictEqual(out, "")
      assert.strictEqual(cli.toloka.counts.gets, 0)
      assert.isAtMost(err.trimEnd().split("\n").length, 3)
    })
  )

  it.effect("tells of wrong arguments as JSON too", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      const ran = yield* cli.run(["get", "toloka/a", "--output", "ndjson", "--tiemout"])
      assert.strictEqual(Harness.errorOf(ran)["code"], "UnrecognizedOption")
      assert.strictEqual(ran.code, 2)
    })
  )

  it.effect("does not take an id for the value of a flag that has none", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      cli.cloud.script("yes", { state: "running" })
      const { out } = yield* cli.run(["get", "--source", "cloud", "--json", "yes"])
      assert.strictEqual(JSON.parse(out).ref, "cloud/yes")
    })
  )

  it.effect("tries again what may pass, and gives the operation", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      const busy = refusal("toloka", "a", new Throttled({ retryAfterMillis: 500 }))
      const down = refusal("toloka", "a", new Unavailable({}))
      cli.toloka.script("a", busy, down, { state: "running" })
      assert.strictEqual((yield* cli.run(["get", "toloka/a"])).code, 0)
    })
  )

  it.effect("gives up on a provider that does not answer within 15 seconds, however many references there are", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      const refs = Array.from({ length: 40 }, (_, index) => `cloud/op-${index}`)
      for (const ref of refs) cli.cloud.script(ref.slice(6), "hang")
      const { fiber, printed } = yield* cli.start(["get", ...refs, "--output", "ndjson"])
      yield* Harness.advance("15 seconds")
      assert.deepStrictEqual(fiber.pollUnsafe()?._tag, "Success")
      assert.strictEqual(printed.out.match(/no answer within/g)?.length, 40)
    })
  )

  it.effect.each([
    [new OperationNotFound(), 4],
    [new Forbidden(), 5],
    [new MalformedAnswer(), 6]
  ] as const)("ends with the exit code of %s", ([reason, code]) =>
    Effect.gen(function* () {
      const cli = Harness.make()
      cli.toloka.script("a", refusal("toloka", "a", reason))
      assert.strictEqual((yield* cli.run(["get", "toloka/a"])).code, code)
    })
  )

  it.effect("shows people what is known, a field a line, with nothing raw from the provider", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      cli.toloka.script("a", {
        state: "succeeded",
        partial: true,
        kind: "TASK.BATCH_CREATE",
        description: "two\nlines \u001b[31m",
        target: { type: "pool", id: "7" },
        counts: { total: 5, succeeded: 3, failed: 2 },
        submittedAt: time("1969-12-31T22:00:00.120Z"),
        startedAt: time("1969-12-31T22:00:01Z"),
        finishedAt: time("1969-12-31T23:00:01Z"),
        observedAt: time("1970-01-01T00:00:00Z"),
        anomalies: [{ code: "out_of_range", field: "progress", message: "140 is not between 0 and 100" }]
      })
      const { fiber, printed } = yield* cli.start(["get", "toloka/a"])
      yield* Harness.settle
      assert.deepStrictEqual(fiber.pollUnsafe()?._tag, "Success")
      assert.deepStrictEqual(printed.out.split("\n"), [
        "toloka/a",
        "  state      succeeded (in part: items were left behind)",
        "  kind       TASK.BATCH_CREATE",
        "  about      two\\nlines \\u001b[31m",
        "  target     pool 7",
        "  items      3 of 5 succeeded, 2 failed",
        "  submitted  1969-12-31 22:00:00 UTC (2h ago)",
        "  started    1969-12-31 22:00:01 UTC (1h59m ago)",
        "  finished   1969-12-31 23:00:01 UTC (59m59s ago), took 1h",
        "  odd        progress: 140 is not between 0 and 100",
        "  why        opwatch explain toloka/a",
        ""
      ])
    })
  )

  it.effect("shows several in columns, a line each, with what matters most of each", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      const error = { code: "QUOTA", message: "no more", details: [] }
      const at = { submittedAt: time("1969-12-31T21:00:00Z"), finishedAt: time("1969-12-31T21:02:05Z") }
      cli.toloka.script("a", { ...at, state: "succeeded", partial: true, kind: "TASK.BATCH_CREATE" })
      cli.cloud.script("b", { ...at, state: "failed", error, target: { type: "instance", id: "i" } })
      cli.cloud.script("c", { state: "running", progress: 40, submittedAt: time("1969-01-01T00:00:00Z") })
      const { code, err, out } = yield* cli.run(["get", "toloka/a", "cloud/b", "toloka/gone", "cloud/c"])
      assert.deepStrictEqual(out.split("\n"), [
        "toloka/a  succeeded in part  TASK.BATCH_CREATE  3h ago      took 2m5s",
        "cloud/b   failed                                3h ago      instance i; took 2m5s; QUOTA: no more",
        "cloud/c   running, 40 %                         1969-01-01",
        ""
      ])
      assert.match(err, /^opwatch: toloka\/gone: /)
      assert.strictEqual(code, 4)
    })
  )

  it.effect("breaks long texts to the width of the terminal, and says how to see what it cut", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      const message = "the quota of the folder is used up, and nothing more can be made in it"
      cli.cloud.script("a", {
        state: "failed",
        error: { code: "QUOTA", message, details: [] },
        metadata: { note: "x".repeat(300) }
      })
      const { out } = yield* cli.run(["get", "cloud/a"], { output: Harness.terminal(50, 24) })
      const lines = out.split("\n")
      assert.include(out, "  error      QUOTA: the quota of the folder is\n             used up, and nothing more")
      assert.match(out, /\n {2}metadata {3}\{"note":"x+…\n/)
      assert.include(lines, "  all of it  opwatch get cloud/a --json")
      assert.isTrue(lines.filter((line) => !/metadata/.test(line)).every(({ length }) => length <= 50))
    })
  )

  it.effect("gives programs an answer as soon as those before it are there, a repeated one again", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      for (const id of ["a", "b"]) cli.toloka.script(id, { state: "running" })
      cli.cloud.script("slow", "hang")
      const refs = ["toloka/a", "toloka/a", "cloud/slow", "toloka/b", "toloka/a"]
      const { fiber, printed } = yield* cli.start(["get", ...refs, "--output", "ndjson"])
      yield* Harness.settle
      const shown = () =>
        printed.out
          .split("\n")
          .slice(0, -1)
          .map((line): unknown => JSON.parse(line).ref)
      assert.deepStrictEqual(shown(), ["toloka/a", "toloka/a"])
      yield* Harness.advance("15 seconds")
      assert.deepStrictEqual(fiber.pollUnsafe()?._tag, "Success")
      assert.deepStrictEqual(shown(), refs)
      assert.strictEqual(cli.toloka.counts.gets, 2)
    })
  )

  it.effect("says that it waits for references where they are typed, unless it is to be quiet", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      cli.toloka.script("a", { state: "running" })
      const typed = { stdin: "toloka/a\n", typed: true }
      const loud = yield* cli.run(["get", "-", "--json"], typed)
      assert.strictEqual(loud.err, "reading references, one a line; Ctrl-D ends them (on Windows Ctrl-Z)\n")
      assert.lengthOf(JSON.parse(loud.out), 1)
      assert.strictEqual((yield* cli.run(["get", "-", "--json", "-q"], typed)).err, "")
      assert.lengthOf(JSON.parse((yield* cli.run(["get", "-", "-", "--json"], typed)).out), 1)
    })
  )

  it.effect("points to the explanation of a failure, and not of a cancellation", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      const error = { code: "CANCELLED", message: "was cancelled", details: [] }
      cli.cloud.script("failed", { state: "failed", error })
      cli.cloud.script("cancelled", { state: "cancelled", error })
      assert.match((yield* cli.run(["get", "cloud/failed"])).out, /why +opwatch explain cloud\/failed/)
      assert.notMatch((yield* cli.run(["get", "cloud/cancelled"])).out, /why/)
    })
  )

  it.effect("ends quietly when nobody reads its output", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      cli.toloka.script("a", { state: "running" })
      const ran = yield* cli.run(["get", "toloka/a"], { closesAfter: 0 })
      assert.deepStrictEqual(ran, { code: 0, out: "", err: "" })
    })
  )

  it.effect("calls a defect a bug of its own", () =>
    Effect.gen(function* () {
      const { code, err, out } = yield* Harness.make().run(["get", "toloka/a", "--config", "/dies.yaml"])
      assert.match(err, /^opwatch: this is a bug in opwatch, [^]*Error: out of cheese\n/)
      assert.deepStrictEqual([code, out], [70, ""])
    })
  )
})
