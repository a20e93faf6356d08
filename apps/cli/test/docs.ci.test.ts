/**
 * The workflows of `docs/ci.md`, run step by step in bash as the CI systems would, against the emulator. What only a CI
 * system can do is not run: actions, `npm install`, and keeping artifacts. `yc`, which starts an operation, is played.
 */
import { assert, layer } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Emulator } from "@opwatch/emulator/Emulator"
import * as Scenario from "@opwatch/emulator/Scenario"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { parse } from "yaml"
import * as Document from "./Document.ts"
import * as Process from "./Process.ts"
import * as Shell from "./Shell.ts"

type Environment = Readonly<Record<string, string>>

const Variables = Schema.Record(Schema.String, Schema.String)
const Workflow = Schema.Struct({
  jobs: Schema.Struct({
    upload: Schema.Struct({
      env: Variables,
      steps: Schema.Array(
        Schema.Struct({
          id: Schema.optionalKey(Schema.String),
          uses: Schema.optionalKey(Schema.String),
          name: Schema.optionalKey(Schema.String),
          if: Schema.optionalKey(Schema.String),
          run: Schema.optionalKey(Schema.String)
        })
      )
    })
  })
})
const Lines = Schema.Array(Schema.String)
const Pipeline = Schema.Struct({
  restart: Schema.Struct({ script: Lines }),
  wait: Schema.Struct({
    variables: Variables,
    script: Lines,
    after_script: Lines,
    retry: Schema.Struct({ max: Schema.Int, exit_codes: Schema.Array(Schema.Int) })
  })
})

const [github = "", gitlab = ""] = Document.blocks("ci.md")
  .filter(({ language }) => language === "yaml")
  .map(({ text }) => text)
const { jobs } = Schema.decodeUnknownSync(Workflow)(parse(github))
const pipeline = Schema.decodeUnknownSync(Pipeline)(parse(gitlab))

/** It takes a network and rights that a test has not. */
const isSetUp = (line: string): boolean => line.startsWith("npm install --global ")

/** A folder as a job has it, with these files. */
const workspace = Effect.fnUntraced(function* (files: Readonly<Record<string, string>>) {
  const fileSystem = yield* FileSystem.FileSystem
  const folder = yield* fileSystem.makeTempDirectoryScoped({ prefix: "opwatch-ci-" })
  for (const [name, text] of Object.entries(files)) yield* fileSystem.writeFileString(`${folder}/${name}`, text)
  return { folder, read: (name: string) => fileSystem.readFileString(`${folder}/${name}`) }
})

/** The steps one after the other; the log is what all of them printed. */
const runUpload = Effect.fnUntraced(function* (tasks: ReadonlyArray<object>, variables: Environment = {}) {
  const { url } = yield* Emulator
  const files = { "tasks.json": JSON.stringify(tasks), summary: "", output: "" }
  const { folder, read } = yield* workspace(files)
  const environment = {
    ...(yield* Process.onEmulator),
    ...jobs.upload.env,
    TOLOKA_API: `${url}/api/v1`,
    TOLOKA_TOKEN: "secret",
    GITHUB_STEP_SUMMARY: `${folder}/summary`,
    GITHUB_OUTPUT: `${folder}/output`,
    ...variables
  }
  let log = ""
  let hasFailed = false
  for (const { if: condition, name = "", run } of jobs.upload.steps) {
    if (run === undefined || isSetUp(run) || !holds(condition, hasFailed, yield* read("output"))) continue
    const { code, err, out } = yield* Shell.run(["bash", "--noprofile", "--norc", "-e", "-c", run], {
      environment,
      folder
    })
    log += `${name}\n${out}${err}`
    hasFailed ||= code !== 0
  }
  return { hasFailed, log, output: yield* read("output"), summary: yield* read("summary"), read }
})

/** The conditions that the page has; anything else is an error of this test. */
const holds = (condition: string | undefined, hasFailed: boolean, output: string): boolean => {
  if (condition === undefined) return !hasFailed
  assert.strictEqual(condition, "always() && steps.wait.outputs.status > 0")
  return Number(/^status=(\d+)$/m.exec(output)?.[1]) > 0
}

const valid = { pool_id: "1", input_values: { image: "https://example.com/1.png" } }
const invalid = { pool_id: "1", input_values: { image: null } }

/** As `yc` prints an operation that it started. */
const yc = (id: string) =>
  `#!/bin/sh\necho '${JSON.stringify({ id, description: "Restart instance", created_at: "2024-03-05T10:00:00Z", done: false })}'\n`

/** The exit codes of the wait, and what is told of it at last; `beforeRetry` happens in between. */
const runPipeline = Effect.fnUntraced(function* <R>(
  id: string,
  variables: Environment,
  beforeRetry: Effect.Effect<void, never, R>
) {
  const { folder, read } = yield* workspace({ yc: yc(id) })
  const fileSystem = yield* FileSystem.FileSystem
  yield* fileSystem.chmod(`${folder}/yc`, 0o755)
  const path = yield* Shell.path
  const environment = {
    ...(yield* Process.onEmulator),
    ...pipeline.wait.variables,
    INSTANCE_ID: "fhm1",
    PATH: `${folder}:${path}`,
    ...variables
  }
  const runLines = (lines: ReadonlyArray<string>) => {
    const script = lines.filter((line) => !isSetUp(line)).join("\n")
    return Shell.run(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script], { environment, folder })
  }
  assert.strictEqual((yield* runLines(pipeline.restart.script)).code, 0)
  const codes: Array<number | null> = []
  const { retry } = pipeline.wait
  for (;;) {
    codes.push((yield* runLines(pipeline.wait.script)).code)
    yield* runLines(pipeline.wait.after_script)
    if (codes.length > retry.max || !retry.exit_codes.some((code) => code === codes.at(-1))) break
    yield* beforeRetry
  }
  return { codes, explanation: yield* read("explanation.txt") }
})

const metadata = { "@type": "type.googleapis.com/yandex.cloud.compute.v1.RestartInstanceMetadata", instanceId: "fhm1" }

layer(Layer.merge(Emulator.layer(), NodeServices.layer), { excludeTestServices: true })("docs/ci.md", (it) => {
  it.effect("has an upload that ends well", () =>
    Effect.gen(function* () {
      const { hasFailed, output, read, summary } = yield* runUpload([valid, valid])
      assert.deepStrictEqual([hasFailed, output, summary], [false, "status=0\n", ""])
      assert.strictEqual(JSON.parse(yield* read("ended.ndjson")).state, "succeeded")
    })
  )

  it.effect("warns of an upload that left tasks behind, and says why in the summary", () =>
    Effect.gen(function* () {
      const { hasFailed, log, output, summary } = yield* runUpload([valid, invalid])
      assert.deepStrictEqual([hasFailed, output], [false, "status=9\n"])
      assert.include(log, "\n::warning::some tasks were left behind")
      assert.match(summary, /^ {4}toloka\/[^]* 1 of 2 items was created[^]*VALUE_REQUIRED/)
    })
  )

  it.effect("fails with an upload that fails, and with one that takes too long", () =>
    Effect.gen(function* () {
      const failed = yield* runUpload([invalid])
      assert.deepStrictEqual([failed.hasFailed, failed.output], [true, "status=1\n"])
      assert.include(failed.summary, "VALUE_REQUIRED")
      const slow = yield* runUpload([valid], { PATIENCE: "300ms" }).pipe(
        Effect.provide(Emulator.layer({ scenario: yield* Scenario.decode({ operations: [], operationTime: "1h" }) }))
      )
      assert.deepStrictEqual([slow.hasFailed, slow.output], [true, "status=3\n"])
      assert.include(slow.log, "\n::error::not done within 300ms; the upload goes on\n")
      const refused = yield* runUpload([])
      assert.deepStrictEqual([refused.hasFailed, refused.output], [true, ""])
    })
  )

  it.effect("waits for a restart, and again when time ran out, but not when it failed", () =>
    Effect.gen(function* () {
      const operation = (id: string, set?: object) =>
        Process.script({ api: "cloud", id, operation: { metadata }, steps: set === undefined ? [] : [{ set }] })
      yield* operation("restart1")
      const ends = operation("restart1", { done: true, response: {} })
      const waited = yield* runPipeline("restart1", { PATIENCE: "300ms" }, ends)
      assert.deepStrictEqual(waited.codes, [3, 0])
      yield* operation("restart2", { done: true, error: { code: 8, message: "Quota limit exceeded", details: [] } })
      const failed = yield* runPipeline("restart2", {}, Effect.void)
      assert.deepStrictEqual(failed.codes, [1])
      assert.include(failed.explanation, "Quota limit exceeded")
    })
  )
})
