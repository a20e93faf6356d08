import { assert, describe, it } from "@effect/vitest"
import type { StoreError } from "@opwatch/tracker/StoreError"
import * as Effect from "effect/Effect"
import * as ChildProcess from "node:child_process"
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import { DatabaseSync } from "node:sqlite"
import * as SqliteDatabase from "../src/SqliteDatabase.ts"
import * as Child from "./Child.ts"
import { observation, track } from "./Samples.ts"
import * as Stores from "./Stores.ts"
import * as TemporaryFolder from "./TemporaryFolder.ts"

const open = (path: string) => Stores.on(SqliteDatabase.layer({ path }))

const reasonOf = <A, R>(effect: Effect.Effect<A, StoreError, R>) =>
  Effect.map(Effect.flip(effect), ({ reason }) => reason)

const mode = (path: string) => (Fs.statSync(path).mode & 0o777).toString(8)

describe("the file", () => {
  it.live("is made for its owner alone, with its folder, whatever the umask", () =>
    Effect.gen(function* () {
      const folder = yield* TemporaryFolder.make
      const umask = process.umask(0)
      yield* Effect.addFinalizer(() => Effect.sync(() => process.umask(umask)))
      const path = Path.join(folder, "a folder", "deep", "store it.db")
      const store = yield* open(path)
      yield* store.track([track("op")])
      assert.strictEqual(mode(Path.dirname(path)), "700")
      assert.deepStrictEqual(Fs.readdirSync(Path.dirname(path)).toSorted(), [
        "store it.db",
        "store it.db-lock",
        "store it.db-shm",
        "store it.db-wal"
      ])
      for (const suffix of ["", "-lock", "-shm", "-wal"]) assert.strictEqual(mode(path + suffix), "600")
    })
  )

  it.live("may be named by a relative path and through a link, and is the same", () =>
    Effect.gen(function* () {
      const folder = yield* TemporaryFolder.make
      const link = Path.join(folder, "link.db")
      const path = Path.relative(process.cwd(), Path.join(folder, "real.db"))
      yield* Effect.scoped(Effect.flatMap(open(path), (store) => store.track([track("op")])))
      Fs.symlinkSync("real.db", link)
      const store = yield* open(link)
      assert.strictEqual((yield* store.summary("", {})).total, 1)
      assert.match((yield* Effect.flip(open(path))).message, /real\.db: in use by process/)
    })
  )

  it.live("keeps what was confirmed when it is opened again", () =>
    Effect.gen(function* () {
      const path = Path.join(yield* TemporaryFolder.make, "opwatch.db")
      yield* Effect.scoped(
        Effect.gen(function* () {
          const store = yield* open(path)
          yield* store.track([track("op", { labels: { x: "1" } })])
          yield* store.observe([observation("op", "failed")])
        })
      )
      const store = yield* open(path)
      assert.strictEqual(yield* store.lastSequence, 1)
      assert.strictEqual((yield* store.summary("", { x: "1" })).failed, 1)
    })
  )
})

describe("the lock", () => {
  it.live("keeps a second process out, which is told who has the file and nothing else", () =>
    Effect.gen(function* () {
      const path = Path.join(yield* TemporaryFolder.make, "opwatch.db")
      const first = yield* Child.start("holdFile.ts", path, "http://127.0.0.1:4080")
      yield* first.told(/open/)
      const second = yield* Child.start("holdFile.ts", path)
      assert.strictEqual(yield* second.ended, 2)
      const [told, since] = second.errors().split(", since ")
      assert.strictEqual(
        told,
        `unusable: ${path}: in use by process ${first.pid} on ${Os.hostname()} at http://127.0.0.1:4080`
      )
      assert.match(since ?? "", /^20[^ ]+Z\n$/)
    })
  )

  it.live("goes with a process that is killed", () =>
    Effect.gen(function* () {
      const path = Path.join(yield* TemporaryFolder.make, "opwatch.db")
      const first = yield* Child.start("holdFile.ts", path)
      yield* first.told(/open/)
      assert.strictEqual(yield* reasonOf(Effect.scoped(open(path))), "unusable")
      yield* first.kill
      yield* (yield* open(path)).track([track("op")])
    })
  )

  it.live("holds within the process too, until the scope closes", () =>
    Effect.gen(function* () {
      const path = Path.join(yield* TemporaryFolder.make, "opwatch.db")
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* open(path)
          for (let attempt = 0; attempt < 2; attempt++) {
            const { message } = yield* Effect.flip(Effect.scoped(open(path)))
            assert.include(message, `in use by process ${process.pid}`)
          }
          const child = yield* Child.start("holdFile.ts", path)
          assert.strictEqual(yield* child.ended, 2)
        })
      )
      yield* open(path)
    })
  )

  it.live("does not hinder a backup by another process", () =>
    Effect.gen(function* () {
      const folder = yield* TemporaryFolder.make
      const [path, copy] = [Path.join(folder, "opwatch.db"), Path.join(folder, "copy.db")]
      const store = yield* open(path)
      yield* store.track([track("op")])
      const script = `
        const { backup, DatabaseSync } = require("node:sqlite")
        backup(new DatabaseSync(process.argv[1], { readOnly: true }), process.argv[2]).then(() => {})`
      yield* Effect.sync(() =>
        ChildProcess.execFileSync(process.execPath, ["-e", script, path, copy], { stdio: "pipe" })
      )
      yield* store.observe([observation("op")])
      const copied = yield* open(copy)
      assert.strictEqual((yield* copied.summary("", {})).total, 1)
      assert.strictEqual(yield* copied.lastSequence, 0)
    })
  )
})

describe("a crash", () => {
  it.live("loses nothing that was confirmed", () =>
    Effect.gen(function* () {
      const path = Path.join(yield* TemporaryFolder.make, "opwatch.db")
      let confirmed = 0
      for (const moment of [/\n.*\n/, /(.*\n){20}/]) {
        const child = yield* Child.start("keepWriting.ts", path)
        yield* child.told(moment)
        yield* child.kill
        confirmed = Number(child.output().trim().split("\n").at(-1))
        const last = yield* Effect.scoped(Effect.flatMap(open(path), (store) => store.lastSequence))
        assert.isAtLeast(last, confirmed)
        assert.strictEqual(last % 20, 0)
      }
      const store = yield* open(path)
      const { changes } = yield* store.changes({ after: 0, limit: 100_000 })
      assert.isAtLeast(changes.length, confirmed)
      assert.isTrue(changes.every(({ sequence }, index) => sequence === index + 1))
    })
  )
})

describe("what is not ours", () => {
  it.live("is refused and left as it was: a text file", () =>
    Effect.gen(function* () {
      const path = Path.join(yield* TemporaryFolder.make, "notes.txt")
      Fs.writeFileSync(path, "Not a database.\n".repeat(100))
      const error = yield* Effect.flip(open(path))
      assert.deepStrictEqual([error.reason, error.message], ["unusable", `${path}: it is not a database`])
      assert.strictEqual(Fs.readFileSync(path, "utf8"), "Not a database.\n".repeat(100))
      assert.deepStrictEqual(Fs.readdirSync(Path.dirname(path)), ["notes.txt"])
    })
  )

  it.live("is refused and left as it was: the database of another program", () =>
    Effect.gen(function* () {
      const path = Path.join(yield* TemporaryFolder.make, "other.db")
      const other = new DatabaseSync(path)
      other.exec("CREATE TABLE places (url TEXT)")
      other.close()
      const bytes = Fs.readFileSync(path)
      const error = yield* Effect.flip(open(path))
      assert.deepStrictEqual(
        [error.reason, error.message],
        ["unusable", `${path}: it is the database of another program`]
      )
      assert.isTrue(bytes.equals(Fs.readFileSync(path)))
      assert.deepStrictEqual(Fs.readdirSync(Path.dirname(path)), ["other.db"])
    })
  )

  it.live("is refused: a folder, and a place where no file can be made", () =>
    Effect.gen(function* () {
      const folder = yield* TemporaryFolder.make
      Fs.writeFileSync(Path.join(folder, "file"), "")
      Fs.mkdirSync(Path.join(folder, "folder"))
      for (const path of [Path.join(folder, "folder"), Path.join(folder, "file", "opwatch.db")]) {
        const { reason, message } = yield* Effect.flip(open(path))
        assert.strictEqual(reason, "unusable")
        assert.include(message, path)
      }
    })
  )
})
