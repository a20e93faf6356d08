import { assert, expect, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Redacted from "effect/Redacted"
import { SourceName } from "@opwatch/core/Reference"
import type { Auth } from "../src/Configuration.ts"
import * as Secret from "../src/Secret.ts"
import { folder, services } from "./Workspace.ts"

const source = SourceName.make("mine")

const token = ({ tokenEnv = "", tokenFile }: Omit<Auth, "kind">, environment: Record<string, string> = {}) =>
  Effect.map(FileSystem.FileSystem, (fileSystem) =>
    tokenFile === undefined
      ? Secret.asToken(
          source,
          `the variable ${tokenEnv}`,
          Secret.fromVariable(source, "tokenEnv", tokenEnv, environment)
        )
      : Secret.asToken(
          source,
          `tokenFile ${tokenFile}`,
          Secret.fromFile(source, `tokenFile ${tokenFile}`, tokenFile, fileSystem)
        )
  )
const value = (auth: Omit<Auth, "kind">, environment?: Record<string, string>) =>
  Effect.map(Effect.flatten(token(auth, environment)), Redacted.value)
const failing = (auth: Omit<Auth, "kind">, environment?: Record<string, string>) =>
  Effect.flip(Effect.flatten(token(auth, environment)))

layer(services)("a token", (it) => {
  it.effect("is what the variable holds, without blanks around it", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* value({ tokenEnv: "MINE" }, { MINE: "y0_a.b-c" }), "y0_a.b-c")
      assert.strictEqual(yield* value({ tokenEnv: "MINE" }, { MINE: " y0_a\n" }), "y0_a")
    })
  )

  it.effect("is what the file holds, read again when it changes", () =>
    Effect.gen(function* () {
      const { write } = yield* folder
      const tokenFile = yield* write("token", "first\n")
      const mine = yield* token({ tokenFile })
      assert.strictEqual(Redacted.value(yield* mine), "first")
      yield* write("token", "second\n")
      assert.strictEqual(Redacted.value(yield* mine), "second")
      yield* write("token", "")
      yield* Effect.flip(mine)
      yield* write("token", "third")
      assert.strictEqual(Redacted.value(yield* mine), "third")
    })
  )

  it.effect("stays redacted", () =>
    Effect.gen(function* () {
      const mine = yield* Effect.flatten(token({ tokenEnv: "MINE" }, { MINE: "hush-hush" }))
      assert.notInclude(`${mine} ${JSON.stringify(mine)}`, "hush")
    })
  )

  it.effect("that is missing or none is misconfigured, and the error names the place, never the value", () =>
    Effect.gen(function* () {
      const { at, path, write } = yield* folder
      const empty = yield* write("empty", " \n")
      const odd = yield* write("odd", "hush\nhush")
      const errors = [
        yield* failing({ tokenEnv: "MINE" }),
        yield* failing({ tokenEnv: "MINE" }, { MINE: "" }),
        yield* failing({ tokenEnv: "MINE" }, { MINE: " \t" }),
        yield* failing({ tokenEnv: "MINE" }, { MINE: "hush hush" }),
        yield* failing({ tokenEnv: "MINE" }, { MINE: "тихо" }),
        yield* failing({ tokenFile: at("none") }),
        yield* failing({ tokenFile: path }),
        yield* failing({ tokenFile: empty }),
        yield* failing({ tokenFile: odd })
      ]
      for (const { reason, source } of errors) assert.deepStrictEqual([reason._tag, source], ["Misconfigured", "mine"])
      for (const error of errors) assert.notMatch(`${JSON.stringify(error)} ${error.stack}`, /hush|тихо/)
      expect(errors.map(({ message }) => message.replace(path, "<folder>"))).toMatchInlineSnapshot(`
        [
          "source mine: the variable MINE, which tokenEnv names, is not set",
          "source mine: the variable MINE is empty; it must hold a secret",
          "source mine: the variable MINE is empty; it must hold a secret",
          "source mine: the variable MINE does not hold a token: it has characters that no token has",
          "source mine: the variable MINE does not hold a token: it has characters that no token has",
          "source mine: tokenFile <folder>/none: there is no such file",
          "source mine: tokenFile <folder>: it is no file",
          "source mine: tokenFile <folder>/empty is empty; it must hold a secret",
          "source mine: tokenFile <folder>/odd does not hold a token: it has characters that no token has",
        ]
      `)
    })
  )
})
