import { assert, layer } from "@effect/vitest"
import * as Partition from "@opwatch/tracker/Partition"
import type { StoreError } from "@opwatch/tracker/StoreError"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Queue from "effect/Queue"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as PartitionTable from "../src/PartitionTable.ts"
import * as PostgresDatabase from "../src/PostgresDatabase.ts"
import { password, PostgresServer } from "./PostgresServer.ts"
import * as Proxy from "./Proxy.ts"
import { at, lifetime, observation, reference, track } from "./Samples.ts"
import * as Stores from "./Stores.ts"

/** The same database by way of another port. */
const through = (url: Redacted.Redacted<URL>, port: number, change: (url: URL) => void = () => {}) => {
  const other = new URL(Redacted.value(url))
  other.port = String(port)
  change(other)
  return Redacted.make(other)
}

const openBoth = (url: Redacted.Redacted<URL>) => Stores.withDatabase(PostgresDatabase.layer(url))

const behindProxy = Effect.gen(function* () {
  const server = yield* PostgresServer
  const proxy = yield* Proxy.make(server.port)
  const url = yield* server.database
  return { ...(yield* openBoth(through(url, proxy.port))), proxy, url }
})

const until = (condition: () => boolean) =>
  Effect.sync(condition).pipe(
    Effect.filterOrFail((isSo) => isSo),
    Effect.retry(Schedule.spaced("5 millis")),
    Effect.orDie
  )

layer(PostgresServer.layer, { excludeTestServices: true, timeout: "30 seconds" })((it) => {
  it.effect("a database that has stopped answering is unavailable within ten seconds", () =>
    Effect.gen(function* () {
      const { store, proxy, url } = yield* behindProxy
      yield* store.track([track("op")])
      yield* proxy.hang
      const call = Effect.fnUntraced(function* (effect: Effect.Effect<unknown, StoreError>) {
        const fiber = yield* Effect.forkChild(Effect.flip(effect), { startImmediately: true })
        yield* proxy.swallowed
        yield* TestClock.adjust("10 seconds")
        return yield* Fiber.join(fiber)
      })
      const { reason, message } = yield* call(store.get(reference("op")))
      assert.deepStrictEqual(
        [reason, message],
        [
          "unavailable",
          `postgres://127.0.0.1:${proxy.port}${Redacted.value(url).pathname}: it did not answer for 9 seconds`
        ]
      )
      assert.strictEqual((yield* call(store.observe([observation("op")]))).reason, "unavailable")
      yield* proxy.cut
      yield* proxy.mend
      assert.strictEqual((yield* store.observe([observation("op")])).changes.length, 1)
    }).pipe(Effect.provide(TestClock.layer()))
  )

  it.effect("a lock that another session keeps is waited for no longer", () =>
    Effect.gen(function* () {
      const url = yield* (yield* PostgresServer).database
      const { store } = yield* openBoth(url)
      const { sql } = (yield* openBoth(url)).database
      const waiting = sql<{ count: number }>`SELECT COUNT(*) AS count FROM pg_locks WHERE NOT granted`
      yield* sql
        .withTransaction(
          Effect.gen(function* () {
            yield* sql`SELECT * FROM opwatch_counter FOR UPDATE`
            const fiber = yield* Effect.forkChild(Effect.flip(store.track([track("op")])), { startImmediately: true })
            while ((yield* waiting)[0]?.count !== 1);
            yield* TestClock.adjust("10 seconds")
            assert.strictEqual((yield* Fiber.join(fiber)).reason, "unavailable")
          })
        )
        .pipe(Effect.orDie)
      assert.strictEqual((yield* store.track([track("op")]))[0]?.status, "created")
    }).pipe(Effect.provide(TestClock.layer()))
  )

  it.effect("what cannot be reached is unavailable, and named without user and password", () =>
    Effect.gen(function* () {
      const { store, proxy, url } = yield* behindProxy
      yield* proxy.cut
      const { pathname } = Redacted.value(url)
      const errors = [
        yield* Effect.flip(store.get(reference("op"))),
        yield* Effect.flip(store.track([track("op")])),
        yield* Effect.flip(Stores.on(PostgresDatabase.layer(through(url, proxy.port)))),
        yield* Effect.flip(Stores.on(PostgresDatabase.layer(through(url, 1))))
      ]
      for (const { reason, message } of errors) {
        assert.strictEqual(reason, "unavailable")
        assert.match(message, /^postgres:\/\/127\.0\.0\.1:\d+\/database_\d+: it cannot be reached \(/)
        assert.include(message, pathname)
        assert.notInclude(message, password)
      }
      yield* proxy.mend
      assert.strictEqual((yield* store.track([track("op")]))[0]?.status, "created")
    })
  )

  it.effect("what does not let us in is unusable, and says why without the password", () =>
    Effect.gen(function* () {
      const server = yield* PostgresServer
      const url = yield* server.database
      const secret = "another-secret"
      const wrong = [
        through(url, server.port, (url) => (url.password = secret)),
        through(url, server.port, (url) => (url.pathname = "/nowhere"))
      ]
      for (const url of wrong) {
        const error = yield* Effect.flip(Stores.on(PostgresDatabase.layer(url)))
        assert.strictEqual(error.reason, "unusable")
        assert.include(error.message, "it does not let us in (")
        assert.notInclude(JSON.stringify(error) + String(error) + error.stack, secret)
      }
    })
  )

  it.effect("a URL that says nothing to Postgres is unusable, and not taken for an outage", () =>
    Effect.gen(function* () {
      const server = yield* PostgresServer
      const url = yield* server.database
      const wrong = [
        through(url, server.port, (url) => (url.search = "?sslmode=bogus")),
        through(url, server.port, (url) => (url.search = "?port=none")),
        through(url, server.port, (url) => (url.username = "%zz"))
      ]
      for (const url of wrong) {
        const error = yield* Effect.flip(Stores.on(PostgresDatabase.layer(url)))
        assert.strictEqual(error.reason, "unusable")
        assert.match(error.message, /^postgres:.*: its URL is wrong \((Invalid|Unrecognized)/)
      }
    })
  )

  it.effect("a connection that breaks within a transaction undoes it", () =>
    Effect.gen(function* () {
      const { store, database, proxy } = yield* behindProxy
      yield* store.track([track("op")])
      const error = yield* Effect.flip(
        database.write((counters) =>
          Effect.gen(function* () {
            yield* database.sql`UPDATE opwatch_counter SET change = ${counters.change + 7}`
            yield* proxy.cut
            return yield* database.sql`SELECT 1`
          })
        )
      )
      assert.strictEqual(error.reason, "unavailable")
      yield* proxy.mend
      assert.strictEqual(yield* store.lastSequence, 0)
    })
  )

  it.effect("a full disk is told as such, and what did not fit is not there", () =>
    Effect.gen(function* () {
      const { store, database } = yield* openBoth(yield* (yield* PostgresServer).database)
      const { sql } = database
      yield* store.track([track("op")])
      yield* sql`
        CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE 'could not extend file' USING ERRCODE = '53100'; END $$`.pipe(Effect.orDie)
      yield* Effect.orDie(
        sql`CREATE TRIGGER fails BEFORE INSERT ON opwatch_change FOR EACH ROW EXECUTE FUNCTION fail()`
      )
      const error = yield* Effect.flip(store.observe([observation("op")]))
      assert.deepStrictEqual([error.reason, error.message], ["full", `${database.place}: no room is left to write`])
      yield* Effect.orDie(sql`DROP TRIGGER fails ON opwatch_change`)
      assert.strictEqual((yield* store.observe([observation("op")])).changes[0]?.sequence, 1)
    })
  )

  it.effect("a commit is confirmed on disk though the server is set to confirm sooner", () =>
    Effect.gen(function* () {
      const server = yield* PostgresServer
      const url = yield* server.database
      const name = Redacted.value(url).pathname.slice(1)
      const { database: first } = yield* openBoth(url)
      yield* Effect.orDie(first.sql`ALTER DATABASE ${first.sql(name)} SET synchronous_commit = off`)
      yield* Effect.orDie(first.sql`ALTER DATABASE ${first.sql(name)} SET default_transaction_isolation = serializable`)
      const { database } = yield* openBoth(url)
      const settings = yield* database.write(
        () => database.sql`
          SELECT current_setting('synchronous_commit') AS commit, current_setting('transaction_isolation') AS isolation,
            current_setting('statement_timeout') AS timeout`
      )
      assert.deepStrictEqual(
        settings.map((row) => ({ ...row })),
        [{ commit: "on", isolation: "read committed", timeout: "8s" }]
      )
    })
  )

  it.effect("whoever follows the changes of two writers at once misses none", () =>
    Effect.gen(function* () {
      const url = yield* (yield* PostgresServer).database
      const stores = yield* Effect.all([openBoth(url), openBoth(url), openBoth(url)])
      const [first, second, reader] = stores.map(({ store }) => store)
      if (first === undefined || second === undefined || reader === undefined) return
      const ids = Array.from({ length: 8 }, (_, index) => `op-${index}`)
      yield* first.track(ids.map((id) => track(id)))
      const rounds = 40
      const writing = yield* Effect.forkChild(
        Effect.forEach(
          [first, second, first, second].entries(),
          ([writer, store]) =>
            Effect.forEach(
              Array.from({ length: rounds }).keys(),
              (round) =>
                store.observe(
                  ids.slice(0, 1 + ((round + writer) % 8)).map((id) => observation(id, "running", { progress: round }))
                ),
              { discard: true }
            ),
          { concurrency: "unbounded", discard: true }
        )
      )
      const seen: Array<number> = []
      const follow = Effect.gen(function* () {
        const { changes } = yield* reader.changes({ after: seen.at(-1) ?? 0, limit: 7 })
        seen.push(...changes.map(({ sequence }) => sequence))
        return changes.length
      })
      while (writing.pollUnsafe() === undefined) yield* follow
      yield* Fiber.join(writing)
      while ((yield* follow) > 0);
      const last = yield* reader.lastSequence
      assert.deepStrictEqual(
        seen,
        Array.from({ length: last }, (_, index) => index + 1)
      )
      assert.strictEqual(last, (4 * rounds * 9) / 2)
    })
  )

  it.effect("a claim by another connection, between the read and the write of an observation, has it refused", () =>
    Effect.gen(function* () {
      const url = yield* (yield* PostgresServer).database
      const [late, other] = [yield* openBoth(url), yield* openBoth(url)]
      const { sql } = other.database
      const partition = Partition.of(reference("op"))
      yield* late.store.track([track("op")])
      const tenure = (yield* late.store.claim(new Set([partition]))).get(partition)
      const { operation } = Option.getOrThrow(yield* late.store.get(reference("op")))
      const isClaimed = yield* Deferred.make<void>()
      const mayCommit = yield* Deferred.make<void>()
      const claiming = yield* Effect.forkChild(
        other.database.write(() =>
          PartitionTable.claim(sql, [partition]).pipe(
            Effect.tap(Deferred.succeed(isClaimed, undefined)),
            Effect.tap(Deferred.await(mayCommit))
          )
        )
      )
      yield* Deferred.await(isClaimed)
      const next = { ...observation("op", "succeeded", { description: operation.state }), tenure }
      const observing = yield* Effect.forkChild(late.store.observe([next]))
      yield* sql`SELECT pid FROM pg_locks WHERE NOT granted`.pipe(
        Effect.filterOrFail((waiting) => waiting.length > 0),
        Effect.retry(Schedule.spaced("5 millis")),
        Effect.orDie
      )
      yield* Deferred.succeed(mayCommit, undefined)
      const latest = (yield* Fiber.join(claiming)).get(partition)
      assert.deepStrictEqual(yield* Fiber.join(observing), { changes: [], fenced: new Set(["toloka/op"]) })
      assert.strictEqual(yield* late.store.lastSequence, 0)
      assert.strictEqual((yield* other.store.observe([{ ...next, tenure: latest }])).changes.length, 1)
    })
  )

  it.effect("the bell rings when another has written, and once when the connection that listened was lost", () =>
    Effect.gen(function* () {
      const { store, proxy, url } = yield* behindProxy
      const { store: other } = yield* openBoth(url)
      const rings = yield* Queue.unbounded<void>()
      yield* Effect.forkScoped(Stream.runForEach(store.bell, () => Queue.offer(rings, undefined)))
      yield* Queue.take(rings)
      yield* other.track([track("op")])
      yield* Queue.take(rings)
      yield* other.observe([observation("op")])
      yield* Queue.take(rings)
      yield* other.untrack("", reference("op"))
      yield* Queue.take(rings)
      yield* proxy.cut
      yield* other.track([track("op")])
      yield* proxy.mend
      yield* Queue.take(rings)
      assert.strictEqual(yield* Queue.size(rings), 0)
      yield* other.noteCancel("", reference("op"), at(1))
      yield* Queue.take(rings)
    })
  )

  it.effect("nobody who stops to listen waits for a server that has stopped answering", () =>
    Effect.gen(function* () {
      const { store, proxy } = yield* behindProxy
      yield* Stream.runForEach(Stream.take(store.bell, 1), () => proxy.hang)
    })
  )

  it.effect("two writers that learn of the same new kinds at once lose nothing", () =>
    Effect.gen(function* () {
      const url = yield* (yield* PostgresServer).database
      const stores = yield* Effect.all([openBoth(url), openBoth(url)])
      const lifetimes = [lifetime("toloka/a", 1), lifetime("cloud/a", 1)]
      yield* Effect.forEach(
        Array.from({ length: 20 }).keys(),
        (index) =>
          Effect.forEach(stores, ({ store }) => store.learn(index % 2 === 0 ? lifetimes : lifetimes.toReversed()), {
            concurrency: "unbounded"
          }),
        { concurrency: 4, discard: true }
      )
      for (const { store } of stores) {
        assert.deepStrictEqual(
          (yield* store.durations).map(({ history }) => history.count),
          [40, 40]
        )
      }
    })
  )

  it.effect("a server that stops under load and starts again has all that was confirmed", () =>
    Effect.gen(function* () {
      const server = yield* PostgresServer
      const { store } = yield* openBoth(yield* server.database)
      const failures: Array<StoreError> = []
      const confirmed: Array<string> = []
      const mayEnd = yield* Deferred.make<void>()
      const write = (id: string) =>
        Effect.gen(function* () {
          yield* store.track([track(id, { limit: 100_000 })])
          yield* store.observe([observation(id, "succeeded")])
          confirmed.push(id)
        }).pipe(
          Effect.tapError((error) => Effect.sync(() => failures.push(error))),
          Effect.retry(Schedule.spaced("20 millis"))
        )
      const writing = yield* Effect.forkChild(
        Effect.forEach(
          ["a", "b", "c", "d"],
          (writer) =>
            Effect.gen(function* () {
              for (let count = 0; !Deferred.isDoneUnsafe(mayEnd); count++) yield* write(`${writer}-${count}`)
            }),
          { concurrency: "unbounded", discard: true }
        )
      )
      yield* until(() => confirmed.length > 20)
      yield* server.stop
      yield* until(() => failures.length > 8)
      const before = confirmed.length
      yield* server.start
      yield* until(() => confirmed.length > before + 20)
      yield* Deferred.succeed(mayEnd, undefined)
      yield* Fiber.join(writing)

      assert.deepStrictEqual([...new Set(failures.map(({ reason }) => reason))], ["unavailable"])
      const { total, succeeded } = yield* store.summary("", {})
      assert.deepStrictEqual([total, succeeded], [confirmed.length, confirmed.length])
      const { changes } = yield* store.changes({ after: 0, limit: 100_000 })
      assert.deepStrictEqual(
        changes.map(({ sequence }) => sequence),
        changes.map((_, index) => index + 1)
      )
      const told = new Set(changes.map(({ operation }) => String(operation.id)))
      assert.deepStrictEqual(
        confirmed.filter((id) => !told.has(id)),
        []
      )
    })
  )
})
