import { assert, layer } from "@effect/vitest"
import type { Vitest } from "@effect/vitest"
import type { StoreError } from "@opwatch/tracker/StoreError"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Scope from "effect/Scope"
import { SqlClient } from "effect/sql/SqlClient"
import * as TestClock from "effect/testing/TestClock"
import * as Counters from "../src/Counters.ts"
import { Database } from "../src/Database.ts"
import * as DurationTable from "../src/DurationTable.ts"
import * as Migrations from "../src/Migrations.ts"
import * as PartitionTable from "../src/PartitionTable.ts"
import * as PostgresDatabase from "../src/PostgresDatabase.ts"
import * as SqliteDatabase from "../src/SqliteDatabase.ts"
import * as Sessions from "../src/Sessions.ts"
import * as LaterVersion from "./LaterVersion.ts"
import { PostgresServer } from "./PostgresServer.ts"
import { lifetime } from "./Samples.ts"
import * as TemporaryFolder from "./TemporaryFolder.ts"

type Service = Database["Service"]

const all = Object.keys(Migrations.migrations).map((name) => Number.parseInt(name, 10))
const { afterNext, next } = LaterVersion

const failing = Effect.gen(function* () {
  const sql = yield* SqlClient
  yield* sql`CREATE TABLE half_done (a TEXT)`
  yield* sql`SELECT a FROM opwatch_nowhere`
})

const connect = (database: Layer.Layer<Database, StoreError>) =>
  Effect.map(Layer.build(Layer.fresh(database)), Context.get(Database))

const versions = ({ sql }: Service) =>
  Effect.map(
    Effect.orDie(sql<{ migration_id: number }>`SELECT migration_id FROM opwatch_migration ORDER BY migration_id`),
    (rows) => rows.map(({ migration_id }) => migration_id)
  )

const suite = <R>(it: Vitest.MethodsNonLive<R>, open: Effect.Effect<Service, StoreError, R | Scope.Scope>) => {
  it.effect("run each once, in order", () =>
    Effect.gen(function* () {
      const database = yield* open
      yield* Migrations.run(database)
      yield* Migrations.run(database)
      assert.deepStrictEqual(yield* versions(database), all)
      yield* Migrations.run(database, LaterVersion.additive)
      assert.deepStrictEqual(yield* versions(database), [...all, next])
      yield* Effect.orDie(database.sql`SELECT later FROM opwatch_operation`)
    })
  )

  it.effect("take a database of a later version as it is", () =>
    Effect.gen(function* () {
      const database = yield* open
      yield* Migrations.run(database, LaterVersion.additive)
      yield* Migrations.run(database)
      assert.deepStrictEqual(yield* versions(database), [...all, next])
      yield* database.write((counters) => Counters.write(database.sql, { ...counters, change: 7 }))
    })
  )

  it.effect("refuse one that has no place for programs of this version, also those that were at work", () =>
    Effect.gen(function* () {
      const database = yield* open
      yield* Migrations.run(database)
      yield* Migrations.run(database, LaterVersion.breaking)
      const said = `a later version of opwatch has changed it (it needs schema ${afterNext}; this one knows ${next - 1})`
      for (const attempt of [Migrations.run(database), database.write(() => Effect.void)]) {
        const { message, reason } = yield* Effect.flip(attempt)
        assert.deepStrictEqual([reason, message], ["unusable", `${database.place}: ${said}`])
      }
      assert.deepStrictEqual(yield* versions(database), [...all, next, afterNext])
    })
  )

  it.effect("fill what trackings repeat of their operations", () =>
    Effect.gen(function* () {
      const database = yield* open
      const { "1_operations": first, "2_webhooks": second } = Migrations.migrations
      const { sql } = database
      yield* database.run(Migrations.apply(sql, { migrations: { "1_operations": first, "2_webhooks": second } }))
      const row = { part: 0, polled: 0, done: 1, state: "succeeded", seen: 1, digest: 1, since: 0, touched: 0 }
      const changes = { sequence: 0, changes: 0, pruned: 0, operation: "{}" }
      const said = { owner: "team", state: "succeeded", partial: 0, labels: "{}", tracked_at: "", overdue: 0 }
      for (const [number, ref, kind] of [
        [1, "cloud/a", "create"],
        [2, "cloud-kz/b", null]
      ] as const) {
        yield* Effect.orDie(sql`INSERT INTO opwatch_operation ${sql.insert({ ...row, ...changes, ref, kind })}`)
        yield* Effect.orDie(sql`INSERT INTO opwatch_tracking ${sql.insert({ ...said, number, ref })}`)
      }
      yield* Migrations.run(database)
      assert.deepStrictEqual(yield* Effect.orDie(sql`SELECT source, kind FROM opwatch_tracking ORDER BY number`), [
        { source: "cloud", kind: "create" },
        { source: "cloud-kz", kind: null }
      ])
    })
  )

  it.effect("bring a database that knows nothing of durations, claims and touches to keep them", () =>
    Effect.gen(function* () {
      const database = yield* open
      const { sql } = database
      const migrations = Object.fromEntries(Object.entries(Migrations.migrations).slice(0, 3))
      yield* database.run(Migrations.apply(sql, { migrations }))
      yield* Effect.orDie(sql`UPDATE opwatch_counter SET change = 7`)
      yield* Migrations.run(database)
      yield* database.write(() => DurationTable.learn(sql, [lifetime("toloka/a", 1)]))
      assert.deepStrictEqual(yield* database.write(() => PartitionTable.claim(sql, [63])), new Map([[63, 1]]))
      assert.deepStrictEqual(
        (yield* database.run(DurationTable.all(sql))).map(({ history }) => history.count),
        [1]
      )
      assert.deepStrictEqual(yield* database.run(Counters.read(sql)), { change: 7, tracking: 0, pruned: 0, touch: 0 })
    })
  )

  it.effect("undo what fails in the middle", () =>
    Effect.gen(function* () {
      const database = yield* open
      const { reason } = yield* Effect.flip(
        Migrations.run(database, {
          ...LaterVersion.breaking,
          migrations: { ...Migrations.migrations, [`${next}_failing`]: failing }
        })
      )
      assert.strictEqual(reason, "unusable")
      yield* Effect.flip(database.sql`SELECT migration_id FROM opwatch_migration`)
      yield* Effect.flip(database.sql`SELECT a FROM half_done`)
      yield* Migrations.run(database)
      assert.deepStrictEqual(yield* versions(database), all)
    })
  )
}

layer(Layer.empty, { excludeTestServices: true })("on SQLite", (it) =>
  suite(
    it,
    Effect.flatMap(TemporaryFolder.make, (folder) => connect(SqliteDatabase.layer({ path: `${folder}/opwatch.db` })))
  )
)

layer(PostgresServer.layer, { excludeTestServices: true, timeout: "30 seconds" })("on Postgres", (it) => {
  suite(
    it,
    Effect.gen(function* () {
      const { database } = yield* PostgresServer
      return yield* connect(PostgresDatabase.layer(yield* database))
    })
  )

  it.effect("run once when several processes start at the same time", () =>
    Effect.gen(function* () {
      const server = yield* PostgresServer
      for (let round = 0; round < 3; round++) {
        const url = yield* server.database
        const databases = yield* Effect.all(Array.from({ length: 6 }, () => connect(PostgresDatabase.layer(url))))
        yield* Effect.forEach(databases, (database) => Migrations.run(database), { concurrency: "unbounded" })
        for (const database of databases) assert.deepStrictEqual(yield* versions(database), all)
      }
    })
  )

  it.effect("wait until servers have stopped that could not go on", () =>
    Effect.gen(function* () {
      const url = yield* (yield* PostgresServer).database
      const running = yield* Scope.make()
      const old = yield* Scope.provide(connect(PostgresDatabase.layer(url)), running)
      yield* Migrations.run(old)
      const newest = yield* connect(PostgresDatabase.layer(url, Sessions.nameOf(afterNext)))
      const { message, reason } = yield* Effect.flip(Migrations.run(newest, LaterVersion.breaking))
      const why = "servers of older versions are connected to it, which cannot go on once this one has changed it"
      const what = `stop them first (127.0.0.1 (schema ${next - 1}))`
      assert.deepStrictEqual([reason, message], ["unusable", `${newest.place}: ${why}: ${what}`])
      assert.deepStrictEqual(yield* versions(old), all)
      yield* old.write(() => Effect.void)
      yield* Scope.close(running, Exit.void)
      yield* Migrations.run(newest, LaterVersion.breaking)
      assert.deepStrictEqual(yield* versions(newest), [...all, next, afterNext])
    })
  )

  it.effect("let others go on while a table cannot be changed, and begin beside a backup", () =>
    Effect.gen(function* () {
      const url = yield* (yield* PostgresServer).database
      const database = connect(PostgresDatabase.layer(url))
      const [backup, newer, old] = yield* Effect.all([database, database, database])
      yield* Migrations.run(old)
      const isWaiting = yield* Deferred.make<void>()
      const logger = Logger.make(() => Deferred.doneUnsafe(isWaiting, Exit.void))
      const migrating = yield* backup.sql
        .withTransaction(
          Effect.gen(function* () {
            yield* backup.sql`SELECT migration_id, ref FROM opwatch_migration, opwatch_operation`
            yield* Migrations.run(old)
            const run = Migrations.run(newer, LaterVersion.additive)
            const migrating = yield* Effect.forkScoped(Effect.provide(run, Logger.layer([logger])))
            yield* Deferred.await(isWaiting)
            yield* old.write(() => old.sql`DELETE FROM opwatch_operation`)
            assert.deepStrictEqual(yield* versions(old), all)
            return migrating
          })
        )
        .pipe(Effect.orDie)
      while (migrating.pollUnsafe() === undefined) {
        yield* TestClock.adjust("2 seconds")
        yield* versions(old)
      }
      yield* Fiber.join(migrating)
      assert.deepStrictEqual(yield* versions(old), [...all, next])
    }).pipe(Effect.provide(TestClock.layer()))
  )
})
