import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import { DatabaseSync } from "node:sqlite"
import * as SqliteClient from "../src/SqliteClient.ts"

const open = Effect.gen(function* () {
  const database = yield* Effect.acquireRelease(
    Effect.sync(() => new DatabaseSync(":memory:")),
    (database) => Effect.sync(() => database.close())
  )
  const sql = yield* SqliteClient.make(database)
  yield* sql`CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, flag INTEGER, data BLOB)`
  return { database, sql }
})

const ids = Effect.map((rows: ReadonlyArray<unknown>) => rows.map((row) => Object.values(Object(row))[0]))

describe("statements", () => {
  it.effect("take what SQLite can store, and give rows by name or by place", () =>
    Effect.gen(function* () {
      const { sql } = yield* open
      const rows = [
        { id: 1, name: "é \u{1F680}", flag: true, data: new Uint8Array([1, 2]) },
        { id: 2 ** 53 - 1, name: null, flag: false, data: undefined }
      ] as const
      yield* sql`INSERT INTO item ${sql.insert(rows)}`
      const expected = [
        [1, "é \u{1F680}", 1, new Uint8Array([1, 2])],
        [2 ** 53 - 1, null, 0, null]
      ]
      const found = yield* sql`SELECT * FROM item ORDER BY id`
      assert.deepStrictEqual(
        found.map((row) => Object.values(row)),
        expected
      )
      assert.deepStrictEqual(yield* sql`SELECT * FROM item ORDER BY id`.values, expected)
      assert.deepStrictEqual(yield* sql`SELECT id, id FROM item WHERE id = 1`.valuesUnprepared, [[1, 1]])
      assert.deepStrictEqual(yield* ids(sql`SELECT id FROM item ORDER BY id`.unprepared), [1, 2 ** 53 - 1])
      assert.deepStrictEqual(yield* ids(Stream.runCollect(sql`SELECT id FROM item ORDER BY id`.stream)), [
        1,
        2 ** 53 - 1
      ])
    })
  )

  it.effect("give what they return, and in the raw how much they changed", () =>
    Effect.gen(function* () {
      const { sql } = yield* open
      assert.deepStrictEqual(yield* ids(sql`INSERT INTO item (name) VALUES ('a'), ('b') RETURNING id`), [1, 2])
      assert.deepStrictEqual(yield* sql`UPDATE item SET flag = 1`, [])
      const raw = yield* sql`DELETE FROM item`.raw
      assert.strictEqual(Reflect.get(Object(raw), "changes"), 2)
    })
  )

  it.effect("fail with SQLite's code, and as what it means where that is known", () =>
    Effect.gen(function* () {
      const { sql } = yield* open
      yield* sql`INSERT INTO item (id) VALUES (1)`
      const { reason } = yield* Effect.flip(sql`INSERT INTO item (id) VALUES (1)`)
      assert.strictEqual(reason._tag, "ConstraintError")
      assert.strictEqual(Reflect.get(Object(reason.cause), "errcode"), 1555)
      assert.isTrue(Exit.isFailure(yield* Effect.exit(sql`SELECT ${Symbol("no value")}`)))
    })
  )

  it.effect("are prepared again when they were not used for long", () =>
    Effect.gen(function* () {
      const { sql } = yield* open
      for (let round = 0; round < 2; round++) {
        for (let number = 0; number < 150; number++) {
          assert.deepStrictEqual(yield* ids(sql.unsafe(`SELECT ${number}`)), [number])
        }
      }
    })
  )
})

describe("transactions", () => {
  it.effect("are undone by failure, defect and interruption, and leave the connection free", () =>
    Effect.gen(function* () {
      const { sql, database } = yield* open
      const insert = sql`INSERT INTO item (name) VALUES ('x')`
      for (const end of [Effect.fail("no"), Effect.die("no"), Effect.interrupt]) {
        const exit = yield* Effect.exit(sql.withTransaction(Effect.andThen(insert, end)))
        assert.isTrue(Exit.isFailure(exit))
        assert.isFalse(database.isTransaction)
      }
      assert.deepStrictEqual(yield* ids(sql`SELECT COUNT(*) FROM item`), [0])
    })
  )

  it.effect("undo the inner one alone", () =>
    Effect.gen(function* () {
      const { sql } = yield* open
      yield* sql.withTransaction(
        Effect.gen(function* () {
          yield* sql`INSERT INTO item (id) VALUES (1)`
          yield* Effect.exit(
            sql.withTransaction(Effect.andThen(sql`INSERT INTO item (id) VALUES (2)`, Effect.fail("no")))
          )
          yield* sql.withTransaction(sql`INSERT INTO item (id) VALUES (3)`)
        })
      )
      assert.deepStrictEqual(yield* ids(sql`SELECT id FROM item ORDER BY id`), [1, 3])
    })
  )

  it.effect("keep others waiting", () =>
    Effect.gen(function* () {
      const { sql } = yield* open
      const [begun, mayEnd] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
      const first = yield* Effect.forkChild(
        sql.withTransaction(
          Effect.gen(function* () {
            yield* sql`INSERT INTO item (id) VALUES (1)`
            yield* Deferred.succeed(begun, undefined)
            yield* Deferred.await(mayEnd)
            yield* sql`INSERT INTO item (id) VALUES (2)`
          })
        )
      )
      yield* Deferred.await(begun)
      const second = yield* Effect.forkChild(ids(sql`SELECT id FROM item`), { startImmediately: true })
      assert.isUndefined(second.pollUnsafe())
      yield* Deferred.succeed(mayEnd, undefined)
      yield* Fiber.join(first)
      assert.deepStrictEqual(yield* Fiber.join(second), [1, 2])
    })
  )

  it.effect("that SQLite itself has undone fail as the statement did", () =>
    Effect.gen(function* () {
      const { sql } = yield* open
      const exit = yield* Effect.exit(
        sql.withTransaction(
          Effect.gen(function* () {
            yield* sql`INSERT INTO item (id) VALUES (1)`
            yield* sql`INSERT OR ROLLBACK INTO item (id) VALUES (1)`
          })
        )
      )
      assert.isTrue(Exit.isFailure(exit) && !Cause.hasDies(exit.cause))
      assert.deepStrictEqual(yield* ids(sql`SELECT id FROM item`), [])
    })
  )
})
