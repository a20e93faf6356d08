import { assert, describe, it } from "@effect/vitest"
import type { Provider } from "@opwatch/core/Provider"
import { Forbidden, Unsupported } from "@opwatch/core/ProviderError"
import * as Timestamp from "@opwatch/core/Timestamp"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import * as Harness from "../Harness.ts"
import { refusal } from "../InMemoryProvider.ts"

const at = (text: string) => Timestamp.Timestamp.make(text)

const make = () => {
  const cli = Harness.make()
  cli.toloka.setList(
    ["c", { state: "running", kind: "POOL.OPEN", progress: 40, submittedAt: at("2024-05-06T09:00:00.5Z") }],
    ["b", { state: "failed", kind: "TASK.BATCH_CREATE", submittedAt: at("2024-05-06T08:00:00Z") }],
    ["a", { state: "succeeded", kind: "a\u001b[2J\nb" }]
  )
  return cli
}

const refs = (operations: ReadonlyArray<Record<string, unknown>>) => operations.map(({ ref }) => ref)

describe("opwatch list", () => {
  it.effect("prints a line for each operation in columns, and nothing else, where it is no terminal", () =>
    Effect.gen(function* () {
      const { code, err, out } = yield* make().run(["list", "toloka"])
      assert.deepStrictEqual(out.split("\n"), [
        "toloka/c  running, 40 %  POOL.OPEN          now",
        "toloka/b  failed         TASK.BATCH_CREATE  now",
        "toloka/a  succeeded      a\\u001b[2J\\nb",
        ""
      ])
      assert.deepStrictEqual([code, err], [0, ""])
    })
  )

  it.effect("heads the columns on a terminal, and says where it had to cut them to the window", () =>
    Effect.gen(function* () {
      const wide = yield* make().run(["list", "toloka"], { output: Harness.terminal(60, 24) })
      assert.strictEqual(wide.out.split("\n")[0], "REF       STATE          KIND               AGE")
      assert.lengthOf(wide.out.trimEnd().split("\n"), 4)
      const narrow = yield* make().run(["list", "toloka"], { output: Harness.terminal(42, 24) })
      assert.deepStrictEqual(narrow.out.trimEnd().split("\n").slice(2), [
        "toloka/b  failed         …ATCH_CREATE  now",
        "toloka/a  succeeded      …u001b[2J\\nb",
        "Cut to fit the window (…); --json has all of it."
      ])
    })
  )

  it.effect("shows what has come of a list that comes slowly, in the columns of its first page", () =>
    Effect.gen(function* () {
      const cli = make()
      const slow: Provider = {
        ...cli.toloka.provider,
        list: (query) =>
          Stream.mapEffect(cli.toloka.provider.list(query), (operation) =>
            Effect.as(Effect.sleep("2 seconds"), operation)
          )
      }
      const { fiber, printed } = yield* cli.start(["list", "toloka"], { replacing: slow })
      yield* Harness.advance("2 seconds")
      yield* Harness.advance("600 millis")
      assert.strictEqual(printed.out, "toloka/c  running, 40 %  POOL.OPEN  now\n")
      yield* Harness.advance("3400 millis")
      yield* Fiber.join(fiber)
      assert.include(printed.out, "\ntoloka/b  failed         TASK.BATCH_CREATE  now\n")
    })
  )

  it.effect("says nothing of an empty list with --quiet", () =>
    Effect.gen(function* () {
      const ran = yield* Harness.make().run(["list", "cloud", "-q"])
      assert.deepStrictEqual(ran, { code: 0, out: "", err: "" })
    })
  )

  it.effect("prints an array, objects a line, or YAML for programs", () =>
    Effect.gen(function* () {
      const cli = make()
      const all = ["toloka/c", "toloka/b", "toloka/a"]
      assert.deepStrictEqual(refs(JSON.parse((yield* cli.run(["list", "toloka", "--json"])).out)), all)
      const ndjson = yield* cli.run(["list", "toloka", "--output", "ndjson"])
      const lines = ndjson.out.trim().split("\n")
      assert.deepStrictEqual(refs(lines.map((line): Record<string, unknown> => JSON.parse(line))), all)
      const yaml = yield* cli.run(["list", "toloka", "--output", "yaml"])
      assert.deepStrictEqual(
        [...yaml.out.matchAll(/^ {2}ref: (.*)$/gm)].map(([, ref]) => ref),
        all
      )
    })
  )

  it.effect.each([
    ["text", ""],
    ["json", "[]\n"],
    ["ndjson", ""],
    ["yaml", "[]\n"]
  ] as const)("prints an empty list as %s, which is no error", ([format, expected]) =>
    Effect.gen(function* () {
      const { code, err, out } = yield* Harness.make().run(["list", "cloud", "--output", format])
      assert.deepStrictEqual([code, out, err], [0, expected, format === "text" ? "no operations\n" : ""])
    })
  )

  it.effect("asks the provider for all conditions at once", () =>
    Effect.gen(function* () {
      const cli = make()
      const conditions = ["--state", "failed", "--kind", "K", "--since", "2h", "--until", "2024-05-06T07:08:09+03:00"]
      const { code } = yield* cli.run(["list", "toloka", ...conditions, "--resource", "a/b/c", "--limit", "7"])
      assert.strictEqual(code, 0)
      assert.deepStrictEqual(cli.toloka.queries, [
        {
          state: "failed",
          kind: "K",
          since: at("1969-12-31T22:00:00.000Z"),
          until: at("2024-05-06T04:08:09Z"),
          resource: "a/b/c",
          limit: 7
        }
      ])
    })
  )

  it.effect("is no error when operations in it failed", () =>
    Effect.gen(function* () {
      const { code, out } = yield* make().run(["list", "toloka", "--state", "failed", "--json"])
      assert.deepStrictEqual([code, refs(JSON.parse(out))], [0, ["toloka/b"]])
    })
  )

  it.effect("ends with what broke it off, after what came before", () =>
    Effect.gen(function* () {
      const cli = make()
      cli.toloka.setList(["a", {}], ["b", refusal("toloka", "b", new Forbidden(), { requestId: "r-1" })])
      const ended = yield* cli.run(["list", "toloka", "--json"])
      assert.deepStrictEqual(refs(JSON.parse(ended.out)), ["toloka/a"])
      assert.include(Harness.errorOf(ended), { code: "Forbidden", requestId: "r-1" })
      assert.strictEqual(ended.code, 5)
      cli.toloka.setList(["b", refusal("toloka", "b", new Unsupported())])
      const refused = yield* cli.run(["list", "toloka", "--json"])
      assert.deepStrictEqual([refused.code, refused.out], [8, ""])
    })
  )

  it.effect("stops when nobody reads on", () =>
    Effect.gen(function* () {
      const { code, err } = yield* make().run(["list", "toloka"], { closesAfter: 1 })
      assert.deepStrictEqual([code, err], [0, ""])
    })
  )

  it.effect.each<readonly [ReadonlyArray<string>, string]>([
    [["list"], "opwatch list needs the name of a source, such as toloka or cloud"],
    [["list", "nowhere"], 'there is no source "nowhere"'],
    [
      ["list", "Toloka"],
      'SOURCE is "Toloka", which is no name of a source: those are lower-case letters, digits and dashes'
    ],
    [["list", "toloka", "cloud"], 'opwatch list takes no argument "cloud"'],
    [["list", "toloka", "--limit", "0"], '--limit cannot be "0"'],
    [["list", "toloka", "--limit", "1.5"], '--limit cannot be "1.5"'],
    [["list", "toloka", "--since", "yesterday"], '--since cannot be "yesterday"'],
    [
      ["list", "toloka", "--since", "1h", "--until", "2h"],
      "--since 1969-12-31T23:00:00.000Z is later than --until 1969-12-31T22:00:00.000Z"
    ]
  ])("takes %j for a wrong command line", ([args, message]) =>
    Effect.gen(function* () {
      const cli = make()
      const { code, err, out } = yield* cli.run(args)
      assert.strictEqual(err.split("\n")[0], `opwatch: ${message}`)
      assert.deepStrictEqual([code, out, cli.toloka.queries.length], [2, "", 0])
    })
  )

  it.effect("does not know any other state", () =>
    Effect.gen(function* () {
      const { code, err } = yield* make().run(["list", "toloka", "--state", "done"])
      assert.match(err, /--state cannot be "done"/)
      assert.strictEqual(code, 2)
    })
  )
})
