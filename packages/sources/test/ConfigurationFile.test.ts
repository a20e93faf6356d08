import { assert, expect, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as ConfigurationFile from "../src/ConfigurationFile.ts"
import type { Environment } from "../src/EnvironmentCredential.ts"
import { folder, services } from "./Workspace.ts"

const naming = (source: string) => `sources: { ${source}: { provider: cloud, url: "https://${source}.example.com" } }`

/** The names of the sources that the file found adds. */
const found = (given: string | undefined, environment: Environment) =>
  Effect.map(ConfigurationFile.load(given, environment), ({ configuration }) =>
    Object.keys(configuration.sources ?? {})
  )

/** Runs in another working directory. */
const inside = (path: string) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const before = process.cwd()
      process.chdir(path)
      return before
    }),
    (before) => Effect.sync(() => process.chdir(before))
  )

layer(services)("the configuration file", (it) => {
  it.effect("is the path given, before OPWATCH_CONFIG, before the user's own", () =>
    Effect.gen(function* () {
      const { path, write } = yield* folder
      const given = yield* write("given.yaml", naming("given"))
      const named = yield* write("named.json", JSON.stringify({ sources: { named: {} } }))
      yield* write("opwatch/config.yaml", naming("own"))
      const environment = { OPWATCH_CONFIG: named, XDG_CONFIG_HOME: path }
      assert.deepStrictEqual(yield* found(given, environment), ["given"])
      assert.deepStrictEqual(yield* found(undefined, environment), ["named"])
      assert.deepStrictEqual(yield* found(undefined, { ...environment, OPWATCH_CONFIG: "" }), ["own"])
      const { path: where } = yield* ConfigurationFile.load(given, environment)
      assert.strictEqual(where, given)
    })
  )

  it.effect("of the user is config.yaml or config.json under XDG_CONFIG_HOME, or under .config at home", () =>
    Effect.gen(function* () {
      const { at, path, write } = yield* folder
      yield* write("both/opwatch/config.yaml", naming("yaml"))
      yield* write("both/opwatch/config.json", naming("json"))
      yield* write("json/opwatch/config.json", naming("json"))
      yield* write(".config/opwatch/config.yaml", naming("home"))
      assert.deepStrictEqual(yield* found(undefined, { XDG_CONFIG_HOME: at("both"), HOME: path }), ["yaml"])
      assert.deepStrictEqual(yield* found(undefined, { XDG_CONFIG_HOME: at("json"), HOME: path }), ["json"])
      assert.deepStrictEqual(yield* found(undefined, { XDG_CONFIG_HOME: at("none"), HOME: path }), [])
      assert.deepStrictEqual(yield* found(undefined, { XDG_CONFIG_HOME: "", HOME: path }), ["home"])
      assert.deepStrictEqual(yield* found(undefined, { HOME: path }), ["home"])
    })
  )

  it.effect("need not be there", () =>
    Effect.gen(function* () {
      const { at, path } = yield* folder
      const loaded = yield* ConfigurationFile.load(undefined, { HOME: path })
      const lookedFor = [at(".config/opwatch/config.yaml"), at(".config/opwatch/config.json")]
      assert.deepStrictEqual(loaded, { configuration: {}, path: undefined, lookedFor })
    })
  )

  it.effect("is never one that merely lies in the working directory", () =>
    Effect.gen(function* () {
      const { path, write } = yield* folder
      for (const name of ["config.yaml", "opwatch.yaml", "opwatch/config.yaml", ".config/opwatch/config.yaml"]) {
        yield* write(name, naming("stranger"))
      }
      yield* inside(path)
      for (const environment of [
        {},
        { HOME: "" },
        { HOME: "." },
        { XDG_CONFIG_HOME: "." },
        { XDG_CONFIG_HOME: ".config" },
        { XDG_CONFIG_HOME: "", HOME: "" },
        { OPWATCH_CONFIG: "" }
      ]) {
        assert.deepStrictEqual(yield* found(undefined, environment), [], JSON.stringify(environment))
      }
      assert.deepStrictEqual(yield* found("opwatch.yaml", {}), ["stranger"])
    })
  )

  it.effect("that was named must be there and readable, and the error says who named it", () =>
    Effect.gen(function* () {
      const { at, path, write } = yield* folder
      const failing = (given: string | undefined, environment: Environment) =>
        Effect.map(Effect.flip(ConfigurationFile.load(given, environment)), ({ message }) =>
          message.replaceAll(path, "<folder>")
        )
      yield* write("home/opwatch/config.yaml/inner", "")
      yield* write("broken.yaml", "sources: 5")
      expect([
        yield* failing(at("none.yaml"), {}),
        yield* failing(undefined, { OPWATCH_CONFIG: at("none.yaml") }),
        yield* failing(path, {}),
        yield* failing(undefined, { OPWATCH_CONFIG: path }),
        yield* failing(undefined, { XDG_CONFIG_HOME: at("home") }),
        yield* failing(at("broken.yaml"), {})
      ]).toMatchInlineSnapshot(`
        [
          "--config names <folder>/none.yaml: there is no such file",
          "OPWATCH_CONFIG names <folder>/none.yaml: there is no such file",
          "--config names <folder>: it is no file",
          "OPWATCH_CONFIG names <folder>: it is no file",
          "<folder>/home/opwatch/config.yaml: it is no file",
          "<folder>/broken.yaml: sources: Expected object, got 5",
        ]
      `)
    })
  )

  it.effect("names the files of tokens and keys relative to itself", () =>
    Effect.gen(function* () {
      const { path, write } = yield* folder
      const auth = (tokenFile: string) => ({ kind: "auto", tokenFile })
      const key = (keyFile: string) => ({ kind: "serviceAccountKey", keyFile })
      const sources = {
        beside: { auth: auth("token") },
        above: { auth: auth("../secrets/token") },
        elsewhere: { auth: auth("/run/secrets/token") },
        key: { auth: key("key.json") },
        command: { auth: { kind: "auto", tokenCommand: ["./token", "./file"] } },
        variable: { auth: { kind: "auto", tokenEnv: "TOKEN" } },
        none: {}
      }
      yield* write("etc/config.json", JSON.stringify({ sources }))
      yield* inside(path)
      for (const given of ["etc/config.json", `${path}/etc/config.json`]) {
        const { configuration } = yield* ConfigurationFile.load(given, {})
        assert.deepStrictEqual<unknown>(configuration, {
          sources: {
            ...sources,
            beside: { auth: auth(`${process.cwd()}/etc/token`) },
            above: { auth: auth(`${process.cwd()}/secrets/token`) },
            key: { auth: key(`${process.cwd()}/etc/key.json`) }
          }
        })
      }
    })
  )
})
