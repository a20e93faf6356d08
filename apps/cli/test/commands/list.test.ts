import { assert, describe, it } from "@effect/vitest"
import { Forbidden, Unsupported } from "@opwatch/core/ProviderError"
import * as Timestamp from "@opwatch/core/Timestamp"
import * as Effect from "effect/Effect"
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
  it.effect("prints a line for each operation, with when it was submitted", () =>
    Effect.gen(function* () {
      const { code, err, out } = yield* make().run(["list", "toloka"])
      assert.deepStrictEqual(out.split("\n"), [
        "2024-05-06T09:00:00Z  toloka/c  running  POOL.OPEN  40 %",
        "2024-05-06T08:00:00Z  toloka/b  failed  TASK.BATCH_CREATE",
        "                      toloka/a  succeeded  a\\u001b[2J\\nb",
        ""
      ])
      assert.deepStrictEqual([code, err], [0, ""])
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
    [["list"], "opwatch list needs SOURCE"],
    [["list", "nowhere"], 'there is no source "nowhere"; the known ones are toloka, cloud'],
    [
      ["list", "Toloka"],
      'SOURCE is "Toloka", which is no name of a source: those are lower-case letters, digits and dashes'
    ],
    [["list", "toloka", "cloud"], 'opwatch list takes no argument "cloud"'],
    [["list", "toloka", "--limit", "0"], '--limit cannot be "0"; it takes a whole number, 1 or more'],
    [["list", "toloka", "--limit", "1.5"], '--limit cannot be "1.5"; it takes a whole number, 1 or more'],
    [
      ["list", "toloka", "--since", "yesterday"],
      '--since cannot be "yesterday"; it takes a time such as 2024-05-06T07:08:09Z, or how long ago: 90s, 2h, 7d'
    ],
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
