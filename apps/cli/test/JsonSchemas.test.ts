/** The schemas in `docs/schema` are what the program goes by, and what every command prints is as they say. */
import { assert, describe, it, layer } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Timestamp } from "@opwatch/core/Timestamp"
import { Emulator } from "@opwatch/emulator/Emulator"
import { Ajv2020 } from "ajv/dist/2020.js"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { parse } from "yaml"
import * as JsonSchemas from "../scripts/JsonSchemas.ts"
import * as Process from "./Process.ts"
import * as RealRun from "./RealRun.ts"
import { TrackingServer } from "./TrackingServer.ts"

const folder = fileURLToPath(new URL("../../../docs/schema/", import.meta.url))

describe("docs/schema", () => {
  it("is what `npm run docs` would write", () => {
    assert.deepStrictEqual(readdirSync(folder).toSorted(), JsonSchemas.names.map((name) => `${name}.json`).toSorted())
    for (const name of JsonSchemas.names) {
      assert.strictEqual(readFileSync(`${folder}${name}.json`, "utf8"), JsonSchemas.file(name))
    }
  })

  it.each(JsonSchemas.names)("says of every field of %s what it means", (name) => {
    const check = (value: unknown, path: string): void => {
      if (!Predicate.isObject(value)) return
      for (const [key, child] of Object.entries(value)) {
        if (key !== "properties") check(child, `${path}/${key}`)
        else {
          for (const [field, property] of Object.entries(Object(child))) {
            assert.isTrue(Predicate.hasProperty(property, "description"), `${path}/${field}`)
            check(property, `${path}/${field}`)
          }
        }
      }
    }
    check(JsonSchemas.all[name], name)
  })
})

/** Against fields that no schema names, too. */
const strict = (schema: unknown) =>
  JSON.parse(JSON.stringify(schema), (_, value: unknown) =>
    Predicate.hasProperty(value, "properties") && Predicate.hasProperty(value, "type") && value.type === "object"
      ? { ...value, additionalProperties: false }
      : value
  )

const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false })
ajv.addFormat("date-time", Schema.is(Timestamp))
for (const name of JsonSchemas.names) ajv.addSchema(strict(JsonSchemas.all[name]), name)

const assertIs = (name: JsonSchemas.Name, value: unknown) => {
  assert.isTrue(ajv.validate(name, value), `${ajv.errorsText()}: ${JSON.stringify(value, undefined, 2)}`)
}

const failed = "toloka/57068577e4b0bf7b07a0256f"
const done = "cloud/fhmdone0emulator0001"
const absent = "toloka/absent"
const all = [failed, done, "toloka/5a3e6c0be4b0bf7b07a02570", "cloud/fhmquota0emulator001"]

const linesOf = (text: string): ReadonlyArray<string> => text.split("\n").filter((line) => line !== "")

/** The values that were printed, and whether as a list. */
const valuesOf = (format: string, out: string): ReadonlyArray<unknown> => {
  if (format === "ndjson") return linesOf(out).map((line): unknown => JSON.parse(line))
  const value: unknown = format === "json" ? JSON.parse(out) : parse(out)
  return Array.isArray(value) ? value : [value]
}

const commands: ReadonlyArray<readonly [JsonSchemas.Name, ReadonlyArray<string>]> = [
  ["operation", ["get", done]],
  ["operation", ["get", absent, ...all]],
  ["operation", ["wait", failed]],
  ["operation", ["wait", absent, ...all]],
  ["operation", ["watch", absent, ...all]],
  ["operation", ["cancel", failed, done]],
  ["operation", ["list", "toloka"]],
  ["log-step", ["log", failed]],
  ["log-step", ["log", absent, "toloka/5a3e6c0be4b0bf7b07a02570"]],
  ["explanation", ["explain", failed]],
  ["explanation", ["explain", absent, ...all]],
  ["source", ["sources"]],
  ["checked-source", ["doctor", "toloka"]]
]

const tracking: ReadonlyArray<readonly [JsonSchemas.Name, ReadonlyArray<string>]> = [
  ["track-result", ["track", ...all, "nowhere/x", "--label", "a=b"]],
  ["track-result", ["track", "cloud/hooked", "--webhook", "https://receiver.invalid/"]],
  ["summary", ["summary", "--label", "a=b", "--wait", "20s"]],
  ["tracked-operation", ["tracked"]],
  ["cluster", ["cluster"]],
  ["change", ["get", absent, failed, "--history"]]
]

const services = Layer.merge(Emulator.layer(), NodeServices.layer)

layer(Layer.provideMerge(TrackingServer.layer, services), { excludeTestServices: true })("what programs read", (it) => {
  it.effect.each(tracking)("is as the schema of %s says, of %j with a server", ([name, args]) =>
    Effect.gen(function* () {
      const { url } = yield* TrackingServer
      yield* RealRun.run(["track", ...all, "--server", url])
      const { out } = yield* RealRun.run([...args, "--server", url, "--output", "ndjson"])
      assert.isAbove(linesOf(out).length, 0)
      for (const value of valuesOf("ndjson", out))
        assertIs(Predicate.hasProperty(value, "error") && Object(value).id === undefined ? "unread" : name, value)
    })
  )

  it.effect.each(commands)("is as the schema of %s says, of %j", ([name, args]) =>
    Effect.gen(function* () {
      const environment = yield* Process.onEmulator
      const counts = yield* Effect.forEach(["json", "ndjson", "yaml"], (format) =>
        Effect.map(RealRun.run([...args, "--output", format], environment), ({ out }) => {
          const values = valuesOf(format, out)
          for (const value of values) {
            const isUnread = Predicate.hasProperty(value, "error") && !Predicate.hasProperty(value, "id")
            assertIs(isUnread ? "unread" : name, value)
          }
          return values.length
        })
      )
      assert.isAbove(counts[0] ?? 0, 0)
      assert.deepStrictEqual(new Set(counts).size, 1)
    })
  )

  it.effect.each<readonly [ReadonlyArray<string>]>([
    [["get", absent]],
    [["get", "toloka/a:cancel"]],
    [["list", "nowhere"]],
    [["log", done]],
    [["cancel", failed]],
    [["wait", absent, "--jsn"]],
    [["get", failed, "--config", "/nowhere.yaml"]]
  ])("is as the schema of errors says, of %j", ([args]) =>
    Effect.gen(function* () {
      const environment = yield* Process.onEmulator
      const { err, out } = yield* RealRun.run([...args, "--output", "ndjson"], environment)
      assert.strictEqual(out, "")
      for (const line of linesOf(err)) assertIs("error", JSON.parse(line))
      assert.isAbove(linesOf(err).length, 0)
    })
  )

  it.effect("is as the schemas say of an operation that runs out of time", () =>
    Effect.gen(function* () {
      const environment = yield* Process.onEmulator
      yield* Process.script({ api: "cloud", id: "endless" })
      const { code, err, out } = yield* RealRun.run(
        ["wait", "cloud/endless", "--timeout", "200ms", "--json", "--quiet"],
        environment
      )
      assertIs("operation", JSON.parse(out))
      assertIs("error", JSON.parse(err))
      assert.strictEqual(code, 3)
    })
  )
})
