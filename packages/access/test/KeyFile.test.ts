import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fs from "node:fs"
import * as Path from "node:path"
import * as KeyFile from "../src/KeyFile.ts"
import * as KeyFileText from "../src/KeyFileText.ts"
import { folder, issue } from "./Samples.ts"

const add = (path: string, name: string) =>
  KeyFile.change(path, (keys) => Effect.succeed([[...keys, issue(name).key], undefined] as const))

const namesIn = (path: string) => Effect.map(KeyFile.read(path), (keys) => keys.map(({ name }) => name))

describe("KeyFile", () => {
  it.live("makes the file and its folder for their owner only", () =>
    Effect.gen(function* () {
      const path = Path.join(yield* folder, "deep", "keys.json")
      yield* add(path, "a")
      assert.strictEqual(Fs.statSync(path).mode & 0o777, 0o600)
      assert.strictEqual(Fs.statSync(Path.dirname(path)).mode & 0o777, 0o700)
      assert.deepStrictEqual(yield* namesIn(path), ["a"])
    })
  )

  it.live("keeps what all of many changes at once add", () =>
    Effect.gen(function* () {
      const path = Path.join(yield* folder, "keys.json")
      const names = Array.from({ length: 12 }, (_, index) => `k${index}`)
      yield* Effect.forEach(names, (name) => add(path, name), { concurrency: "unbounded" })
      assert.sameMembers(yield* namesIn(path), names)
      assert.deepStrictEqual(Fs.readdirSync(Path.dirname(path)), ["keys.json"])
    })
  )

  it.live("leaves the file as it was, and nothing beside it, if a change fails", () =>
    Effect.gen(function* () {
      const path = Path.join(yield* folder, "keys.json")
      yield* add(path, "a")
      const before = Fs.readFileSync(path, "utf8")
      const error = yield* Effect.flip(KeyFile.change(path, () => Effect.fail("no" as const)))
      assert.strictEqual(error, "no")
      assert.strictEqual(Fs.readFileSync(path, "utf8"), before)
      assert.deepStrictEqual(Fs.readdirSync(Path.dirname(path)), ["keys.json"])
    })
  )

  it.live("says what to remove where a change was cut off, and leaves that alone", () =>
    Effect.gen(function* () {
      const path = Path.join(yield* folder, "keys.json")
      Fs.writeFileSync(`${path}.new`, "")
      const error = yield* Effect.flip(add(path, "a"))
      assert.include(error.message, `remove ${path}.new`)
      assert.isTrue(Fs.existsSync(`${path}.new`))
    })
  )

  it.live("changes the file that a link leads to", () =>
    Effect.gen(function* () {
      const home = yield* folder
      yield* add(Path.join(home, "real.json"), "a")
      Fs.symlinkSync("real.json", Path.join(home, "keys.json"))
      yield* add(Path.join(home, "keys.json"), "b")
      assert.isTrue(Fs.lstatSync(Path.join(home, "keys.json")).isSymbolicLink())
      assert.deepStrictEqual(yield* namesIn(Path.join(home, "real.json")), ["a", "b"])
    })
  )

  for (const mode of [0o620, 0o602, 0o666]) {
    it.live(`refuses a file of mode ${mode.toString(8)}, which others may write`, () =>
      Effect.gen(function* () {
        const path = Path.join(yield* folder, "keys.json")
        Fs.writeFileSync(path, KeyFileText.print([]))
        Fs.chmodSync(path, mode)
        const error = yield* Effect.flip(KeyFile.read(path))
        assert.strictEqual(error.message, `${path}: others may write it, and so let themselves in: chmod 600 it`)
      })
    )
  }

  it.live("reads a file that others may read, for hashes let nobody in", () =>
    Effect.gen(function* () {
      const path = Path.join(yield* folder, "keys.json")
      Fs.writeFileSync(path, KeyFileText.print([]), { mode: 0o644 })
      assert.deepStrictEqual(yield* KeyFile.read(path), [])
    })
  )

  it.live("names a file that is missing, and a folder in its place", () =>
    Effect.gen(function* () {
      const home = yield* folder
      const path = Path.join(home, "keys.json")
      const missing = yield* Effect.flip(KeyFile.read(path))
      assert.deepStrictEqual([missing.message, missing.missing], [`${path}: there is no such file`, true])
      assert.include((yield* Effect.flip(KeyFile.read(home))).message, `${home}: it is no file`)
    })
  )
})
