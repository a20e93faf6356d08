import { assert, layer } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as SqliteDatabase from "@opwatch/store/SqliteDatabase"
import { track } from "@opwatch/store/test/Samples"
import * as Stores from "@opwatch/store/test/Stores"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Process from "../Process.ts"
import * as RealRun from "../RealRun.ts"

/** Files for two databases, of which the first has a store of one operation. */
const places = Effect.gen(function* () {
  const folder = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped({ prefix: "opwatch-store-" })
  const [source, target] = [`${folder}/source.db`, `${folder}/target.db`]
  yield* Effect.scoped(
    Effect.flatMap(Stores.on(SqliteDatabase.layer({ path: source })), (store) => store.track([track("a")]))
  )
  return { source, target, from: `file:${source}`, to: `file:${target}` }
})

const copy = (...words: ReadonlyArray<string>) => ["store", "copy", ...words]

layer(NodeServices.layer, { excludeTestServices: true })("opwatch store copy", (it) => {
  it.effect(
    "waits for no server: it copies once that has stopped",
    () =>
      Effect.gen(function* () {
        const { from, source, target, to } = yield* places
        const server = yield* Process.start(["serve", "--port", "0", "--database", from])
        yield* server.said("listening on")
        const early = yield* Process.run(copy(from, to))
        assert.deepStrictEqual([early.code, early.out], [2, ""])
        assert.include(early.err, `opwatch: ${source}: in use by process ${server.child.pid} `)
        server.child.kill("SIGTERM")
        yield* server.ended
        const { code, err, out } = yield* Process.run(copy(from, "env:TARGET"), { TARGET: to })
        assert.deepStrictEqual([code, out.split("\n")[0]], [0, "operations     1"])
        assert.include(err, `verified: ${target} has what ${source} has (`)
      }),
    { timeout: 30_000 }
  )

  it.effect("tells programs what it copied, and copies over nothing", () =>
    Effect.gen(function* () {
      const { from, source, target, to } = yield* places
      const { code, out } = yield* RealRun.run(copy(from, to, "--json"))
      assert.strictEqual(code, 0)
      const { rows, ...copied } = JSON.parse(out)
      assert.deepInclude(copied, { from: source, to: target, verified: true })
      assert.deepInclude(rows, { operations: 1, trackings: 1, changes: 0 })
      const again = yield* RealRun.run(copy(from, to, "--json"))
      const error = { code: "StoreUnusable", message: `${target}: it is not empty: it has operations already` }
      assert.deepStrictEqual([again.code, JSON.parse(again.err)], [2, { error }])
    })
  )

  it.effect("shows no password of a database that it cannot use", () =>
    Effect.gen(function* () {
      const { from } = yield* places
      const postgres = "postgres://me:hush%20hush@127.0.0.1:9/opwatch"
      const away = yield* RealRun.run(copy(from, "env:TARGET"), { TARGET: postgres })
      const wrong = yield* RealRun.run(copy(from, `my${postgres}`))
      const unset = yield* RealRun.run(copy(from, "env:TARGET"))
      assert.deepStrictEqual([away.code, wrong.code, unset.code], [6, 2, 2])
      assert.include(away.err, "postgres://127.0.0.1:9/opwatch: it cannot be reached")
      assert.include(wrong.err, "TO is not a database")
      assert.include(unset.err, "there is no variable TARGET")
      for (const { err, out } of [away, wrong, unset]) assert.notInclude(`${out}${err}`, "hush")
    })
  )
})
