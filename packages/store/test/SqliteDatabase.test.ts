import { assert, describe, it } from "@effect/vitest"
import type { Store } from "@opwatch/tracker/Store"
import type { StoreError } from "@opwatch/tracker/StoreError"
import * as Effect from "effect/Effect"
import * as ChildProcess from "node:child_process"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { DatabaseSync } from "node:sqlite"
import * as SqliteDatabase from "../src/SqliteDatabase.ts"
import { observation, reference, track } from "./Samples.ts"
import * as Stores from "./Stores.ts"
import * as TemporaryFolder from "./TemporaryFolder.ts"

const openBoth = (path: string) => Stores.withDatabase(SqliteDatabase.layer({ path }))
const open = (path: string) => Effect.map(openBoth(path), ({ store }) => store)

/** Another program's connection to the file. */
const connect = (path: string) =>
  Effect.acquireRelease(
    Effect.sync(() => new DatabaseSync(path)),
    (database) => Effect.sync(() => database.close())
  )

const reasonOf = <A, R>(effect: Effect.Effect<A, StoreError, R>) =>
  Effect.map(Effect.flip(effect), ({ reason }) => reason)

/** Whether the command succeeded. */
const run = (command: string, ...args: ReadonlyArray<string>): boolean =>
  ChildProcess.spawnSync(command, args, { stdio: "ignore" }).status === 0

/** A disk of four megabytes. */
const mount = (folder: string) => run("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", folder)

/** As root may, outside most containers. */
const mayMount = Effect.runSync(
  Effect.scoped(Effect.map(TemporaryFolder.make, (folder) => mount(folder) && run("umount", folder)))
)

describe("trouble", () => {
  const writes = Effect.fnUntraced(function* (store: Store["Service"], from: number, count: number) {
    for (let index = from; index < from + count; index++) {
      yield* store.track([track(`op-${index}`, { labels: { text: "x".repeat(200) } })])
      yield* store.observe([observation(`op-${index}`, "running", { description: "x".repeat(5000) })])
    }
  })

  const fillAndRecover = Effect.fnUntraced(function* (
    store: Store["Service"],
    room: { readonly none: Effect.Effect<unknown>; readonly more: Effect.Effect<unknown> }
  ) {
    yield* writes(store, 0, 1)
    yield* room.none
    assert.strictEqual(yield* reasonOf(writes(store, 1, 1000)), "full")
    const last = yield* store.lastSequence
    const { changes } = yield* store.changes({ after: 0, limit: 10_000 })
    assert.deepStrictEqual(changes.at(-1)?.sequence, last)
    assert.strictEqual(changes.length, last)
    assert.strictEqual(yield* reasonOf(writes(store, 1, 1000)), "full")
    yield* room.more
    yield* writes(store, 1000, 10)
    assert.strictEqual(yield* store.lastSequence, last + 10)
  })

  it.live("from a full database is told as such, loses nothing, and passes", () =>
    Effect.gen(function* () {
      const { store, database } = yield* openBoth(Path.join(yield* TemporaryFolder.make, "opwatch.db"))
      const { sql } = database
      const [pages] = yield* Effect.orDie(sql<{ page_count: number }>`PRAGMA page_count`)
      const limit = (pages: number) => Effect.orDie(sql`PRAGMA max_page_count = ${sql.literal(String(pages))}`)
      const most = pages?.page_count ?? 0
      yield* fillAndRecover(store, { none: limit(most + 20), more: limit(most + 10_000) })
    })
  )

  it.live.skipIf(!mayMount)("from a full disk is told as such, loses nothing, and passes", () =>
    Effect.gen(function* () {
      const folder = yield* TemporaryFolder.make
      yield* Effect.acquireRelease(
        Effect.sync(() => mount(folder)),
        () => Effect.sync(() => run("umount", folder))
      )
      yield* Effect.scoped(
        Effect.gen(function* () {
          const store = yield* open(Path.join(folder, "opwatch.db"))
          const ballast = Path.join(folder, "ballast")
          Fs.writeFileSync(ballast, Buffer.alloc(4 * 1024 * 1024))
          yield* fillAndRecover(store, {
            none: Effect.void,
            more: Effect.sync(() => Fs.rmSync(ballast))
          })
        })
      )
    })
  )

  it.live("from another program's lock passes when that is gone", () =>
    Effect.gen(function* () {
      const path = Path.join(yield* TemporaryFolder.make, "opwatch.db")
      const store = yield* open(path)
      yield* store.track([track("op")])
      const other = yield* connect(path)
      other.exec("BEGIN IMMEDIATE")
      const error = yield* Effect.flip(store.observe([observation("op")]))
      assert.deepStrictEqual([error.reason, error.message], ["unavailable", `${path}: another program holds it locked`])
      assert.isTrue((yield* store.get(reference("op")))._tag === "Some")
      other.exec("ROLLBACK")
      assert.strictEqual((yield* store.observe([observation("op")])).changes.length, 1)
    })
  )

  it.live("from a database that may only be read is not waited for; reading goes on", () =>
    Effect.gen(function* () {
      const { store, database } = yield* openBoth(Path.join(yield* TemporaryFolder.make, "opwatch.db"))
      const { sql } = database
      yield* store.track([track("op")])
      yield* Effect.orDie(sql`PRAGMA query_only = ON`)
      const error = yield* Effect.flip(store.observe([observation("op")]))
      assert.strictEqual(error.reason, "unusable")
      assert.include(error.message, "it cannot be written")
      assert.strictEqual((yield* store.summary("", {})).total, 1)
    })
  )

  it.live.skipIf(process.getuid?.() === 0)("from a file that may only be read is told at the start", () =>
    Effect.gen(function* () {
      const path = Path.join(yield* TemporaryFolder.make, "opwatch.db")
      yield* Effect.scoped(open(path))
      Fs.chmodSync(path, 0o400)
      assert.strictEqual(yield* reasonOf(open(path)), "unusable")
    })
  )

  it.live("from damage within is told as such", () =>
    Effect.gen(function* () {
      const path = Path.join(yield* TemporaryFolder.make, "opwatch.db")
      yield* Effect.scoped(Effect.flatMap(open(path), (store) => writes(store, 0, 20)))
      const bytes = Fs.readFileSync(path)
      Fs.writeFileSync(path, bytes.fill(0x5a, 4096))
      assert.strictEqual(
        yield* reasonOf(Effect.flatMap(open(path), (store) => store.changes({ after: 0, limit: 100 }))),
        "unusable"
      )
    })
  )

  it.live("from JSON that opwatch did not write is told as such", () =>
    Effect.gen(function* () {
      const { store, database } = yield* openBoth(Path.join(yield* TemporaryFolder.make, "opwatch.db"))
      const { sql } = database
      yield* store.track([track("op")])
      for (const text of ["{", "{}", "null"]) {
        yield* Effect.orDie(sql`UPDATE opwatch_operation SET operation = ${text}`)
        const error = yield* Effect.flip(store.get(reference("op")))
        assert.strictEqual(error.reason, "unusable")
        assert.include(error.message, "it holds what opwatch did not write")
      }
    })
  )
})
