import { assert, describe, it } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Timestamp from "@opwatch/core/Timestamp"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Fiber from "effect/Fiber"
import * as Servers from "../doctor/Servers.ts"
import * as Harness from "../Harness.ts"
import * as RealRun from "../RealRun.ts"

const kind = "POOL.OPEN"
const submittedAt = Timestamp.fromMillis(0)

/** A command line that keeps its history at this path. */
const make = (path: string) => {
  const cli = Harness.make()
  const environment = { OPWATCH_HISTORY: path }
  return {
    ...cli,
    path,
    start: (args: ReadonlyArray<string>) => cli.start(args, { environment }),
    run: (args: ReadonlyArray<string>, options?: Harness.Options) => cli.run(args, { environment, ...options })
  }
}
type Cli = ReturnType<typeof make>

const withHistory = <A, E>(body: (cli: Cli) => Effect.Effect<A, E, FileSystem.FileSystem>) =>
  Effect.gen(function* () {
    const fileSystem = yield* FileSystem.FileSystem
    return yield* body(make(`${yield* fileSystem.makeTempDirectoryScoped()}/durations.json`))
  }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))

/** An operation that took ten minutes, and was seen to go on before. */
const script = ({ toloka }: Cli, id: string) =>
  toloka.script(
    id,
    { state: "running", kind, submittedAt },
    { state: "succeeded", kind, submittedAt, finishedAt: Timestamp.fromMillis(600_000) }
  )

const exists = (path: string) => Effect.flatMap(FileSystem.FileSystem, (fileSystem) => fileSystem.exists(path))

describe("opwatch history", () => {
  it.effect("shows what waits have taught, and what the plan makes of it", () =>
    withHistory((cli) =>
      Effect.gen(function* () {
        for (const id of ["a", "b", "c"]) script(cli, id)
        yield* cli.run(["wait", "toloka/a", "toloka/b"])
        yield* cli.run(["watch", "toloka/c"])
        const { code, err, out } = yield* cli.run(["history", "toloka"], { output: Harness.terminal(100, 20) })
        assert.match(out, /^KIND +ENDED  HALF WITHIN  9 IN 10 BETWEEN +POLLS  LATE\nPOOL\.OPEN  3 +10m\d*s? /)
        assert.strictEqual(err, `to begin anew, delete ${cli.path}\n`)
        assert.strictEqual(code, 0)
        const [cheap, dear] = yield* Effect.forEach(["1s", "60s"], (price) =>
          Effect.map(cli.run(["history", "toloka", "--json", "--price", price]), ({ out }) => JSON.parse(out)[0])
        )
        assert.deepInclude(cheap, { source: "toloka", kind, ended: 3 })
        assert.isAbove(cheap.pollsPerOperation, dear.pollsPerOperation)
        assert.isBelow(cheap.latenessMillis, dear.latenessMillis)
      })
    )
  )

  it.effect("gives get and wait an expected end, and names no operation in its file", () =>
    withHistory((cli) =>
      Effect.gen(function* () {
        const fileSystem = yield* FileSystem.FileSystem
        script(cli, "a")
        yield* cli.run(["wait", "toloka/a"])
        const now = Timestamp.fromMillis(yield* Clock.currentTimeMillis)
        const pending = { state: "pending", kind, submittedAt: now } as const
        cli.toloka.script("b", pending, pending, { ...pending, state: "failed" })
        const { out } = yield* cli.run(["get", "toloka/b", "--json"])
        const { expectedEnd, expectedEndRange } = JSON.parse(out)
        assert.isTrue(expectedEndRange.earliest < expectedEnd && expectedEnd < expectedEndRange.latest)
        const { err } = yield* cli.run(["wait", "toloka/b"])
        assert.match(err, /toloka\/b: pending, ~\w+ left \(.+\)\n/)
        assert.notInclude(yield* fileSystem.readFileString(cli.path), "toloka/a")
      })
    )
  )

  it.effect("keeps how long one went on whose end was not waited for", () =>
    withHistory((cli) =>
      Effect.gen(function* () {
        const fileSystem = yield* FileSystem.FileSystem
        cli.toloka.script("slow", { state: "running", kind, submittedAt })
        const { fiber, printed } = yield* cli.start(["wait", "toloka/slow"])
        while (!printed.err.includes("slow: running")) yield* Harness.advance("1 second")
        yield* Fiber.interrupt(fiber)
        const interrupted = yield* fileSystem.readFileString(cli.path)
        yield* cli.run(["wait", "toloka/slow", "--timeout", "1m"])
        assert.notStrictEqual(yield* fileSystem.readFileString(cli.path), interrupted)
        const { out } = yield* cli.run(["history", "toloka", "--json"])
        assert.deepStrictEqual(JSON.parse(out), [])
      })
    )
  )

  it.effect("is not kept where that is not wanted, or not possible", () =>
    withHistory((cli) =>
      Effect.gen(function* () {
        for (const id of ["a", "b", "c", "d"]) script(cli, id)
        assert.strictEqual((yield* cli.run(["wait", "toloka/a", "--no-history"])).code, 0)
        assert.strictEqual((yield* cli.run(["watch", "toloka/b", "--no-history"])).code, 0)
        const off = { environment: { OPWATCH_HISTORY: "off" } }
        assert.strictEqual((yield* cli.run(["wait", "toloka/c"], off)).code, 0)
        assert.isFalse(yield* exists(cli.path))
        assert.include(
          (yield* cli.run(["history", "toloka"], off)).err,
          'nothing is kept here: OPWATCH_HISTORY is "off"'
        )
        const impossible = { environment: { OPWATCH_HISTORY: "/dev/null/durations.json" } }
        const { code, err } = yield* cli.run(["wait", "toloka/d", "--quiet"], impossible)
        assert.deepStrictEqual([code, err], [0, ""])
      })
    )
  )

  it.effect("says that nothing is known, and what is wrong with its file", () =>
    withHistory((cli) =>
      Effect.gen(function* () {
        const fileSystem = yield* FileSystem.FileSystem
        const nothing = "nothing is known of how long operations of toloka take\n"
        const empty = yield* cli.run(["history", "toloka", "--json"])
        assert.deepStrictEqual(empty, {
          code: 0,
          out: "[]\n",
          err: `${nothing}wait and watch learn it and keep it in ${cli.path}\n`
        })
        yield* fileSystem.writeFileString(cli.path, "{")
        const damaged = yield* cli.run(["history", "toloka"])
        assert.strictEqual(damaged.err, `${nothing}${cli.path} is damaged; the next wait begins it anew\n`)
        const unknown = yield* cli.run(["history", "nowhere"])
        assert.strictEqual(unknown.code, 2)
        assert.include(unknown.err, 'there is no source "nowhere"')
      })
    )
  )

  it.live("asks a server for what it has learned", () =>
    Effect.gen(function* () {
      const known = {
        source: "toloka",
        ended: 9,
        earliestMillis: 50_000,
        medianMillis: 60_000,
        latestMillis: 70_000,
        pollsPerOperation: 2.46,
        latenessMillis: 700
      }
      const asked: Array<string | undefined> = []
      const port = yield* Servers.http(({ url }, response) => {
        asked.push(url)
        response.end(JSON.stringify({ priceMillis: 10_000, kinds: [known] }))
      })
      const server = `http://127.0.0.1:${port}`
      const { err, out } = yield* RealRun.run(["history", "toloka", "--price", "10s", "--server", server])
      assert.strictEqual(out, "(not told)  9  1m  50s and 1m10s  2.5  0.7s\n")
      assert.strictEqual(err, `the opwatch server at ${server} learns it from what it tracks\n`)
      assert.deepStrictEqual(asked, ["/v1/sources/toloka/durations?price=10000ms"])
    }).pipe(Effect.scoped)
  )
})
