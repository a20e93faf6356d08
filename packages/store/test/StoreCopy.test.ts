/** What is copied from one store to another is there as it was, goes on as it would have, and comes whole or not at all. */
import { assert, describe, layer } from "@effect/vitest"
import type { Vitest } from "@effect/vitest"
import * as MemoryStore from "@opwatch/tracker/MemoryStore"
import { Store } from "@opwatch/tracker/Store"
import type { StoreError } from "@opwatch/tracker/StoreError"
import { WebhookStore } from "@opwatch/webhooks/WebhookStore"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import * as Fs from "node:fs"
import { Database } from "../src/Database.ts"
import * as DatabaseUrl from "../src/DatabaseUrl.ts"
import * as StoreCopy from "../src/StoreCopy.ts"
import * as Child from "./Child.ts"
import { password, PostgresServer } from "./PostgresServer.ts"
import { at, observation, track } from "./Samples.ts"
import { Commands, compare } from "./StoreModel.ts"
import * as TemporaryFolder from "./TemporaryFolder.ts"
import * as WebhookStores from "./WebhookStores.ts"

type Url = Redacted.Redacted
type NewUrl<R> = Effect.Effect<Url, StoreError, R | Scope.Scope>

const file = Effect.map(TemporaryFolder.make, (folder) => Redacted.make(`file:${folder}/opwatch.db`))

const postgres = Effect.gen(function* () {
  const { database } = yield* PostgresServer
  return Redacted.make(Redacted.value(yield* database).href)
})

const parse = (url: Url) => Result.getOrThrow(DatabaseUrl.parse(url))

/** The stores in a database, and the database. */
const open = Effect.fnUntraced(function* (url: Url) {
  const database = DatabaseUrl.layerOf(parse(url))
  const context = yield* Layer.build(Layer.fresh(Layer.provideMerge(WebhookStores.layer(database), database)))
  return {
    store: Context.get(context, Store),
    webhooks: Context.get(context, WebhookStore),
    sql: Context.get(context, Database).sql
  }
})
type Opened = Effect.Success<ReturnType<typeof open>>

const using = <A, E, R>(url: Url, use: (opened: Opened) => Effect.Effect<A, E, R>) =>
  Effect.scoped(Effect.flatMap(open(url), use))

const copy = (from: Url, to: Url, tell: Parameters<typeof StoreCopy.copy>[2] = () => Effect.void) =>
  Effect.scoped(StoreCopy.copy(parse(from), parse(to), tell))

const now = Date.parse(at(10))
const hook = "http://hooks.example/"

/** Two subscriptions of which one has gone, a delivery that arrived, one that is dead, and one to be tried again. */
const fill = Effect.fnUntraced(function* ({ store, webhooks }: Opened) {
  yield* store.track([track("a", { labels: { x: "1" } })])
  yield* store.observe([observation("a", "failed")])
  for (const id of ["kept", "gone"]) {
    const secret = Redacted.make(`whsec_${id}`)
    yield* webhooks.subscribe({ id, owner: "", url: hook, secret, filter: { state: "failed" }, createdAt: at(1) }, 9)
  }
  yield* webhooks.remove("", "gone")
  const made = { subscription: "kept", owner: "", type: "operation.finished", ref: "toloka/a", url: hook } as const
  const deliveries = ["1", "2", "3"].map((id) => ({ ...made, id, eventId: id, body: `{"id":"${id}","é":"\\u0000"}` }))
  yield* webhooks.dispatch({ from: 0, through: 1, deliveries, at: at(10) })
  const { claimed } = yield* webhooks.claim({ wanted: [{ url: hook, limit: 3 }], now, until: now + 50 })
  const outcomes = [
    { _tag: "Delivered", status: 204 },
    { _tag: "Dead", error: "no\0 \u{1F680}" },
    { _tag: "Failed", status: 500, error: "not now", nextAt: now + 5_000 }
  ] as const
  const settled = outcomes.flatMap((outcome, index) => {
    const claim = claimed[index]
    return claim === undefined ? [] : [{ claim, outcome, at: now + 1 }]
  })
  assert.strictEqual(settled.length, 3)
  yield* webhooks.settle(settled)
})

const webhooksOf = ({ webhooks }: Opened) =>
  Effect.all({
    cursor: webhooks.cursor,
    due: webhooks.due,
    listeners: webhooks.listeners(["toloka/a"]),
    subscriptions: webhooks.list("", { limit: 9 }),
    deliveries: webhooks.deliveries("", { limit: 9 })
  })

/** Without the tables, or with nothing in them. */
const assertEmpty = (url: Url) =>
  using(url, ({ store, webhooks }) =>
    Effect.gen(function* () {
      assert.strictEqual(yield* store.lastSequence, 0)
      assert.strictEqual((yield* store.summary("", {})).total, 0)
      assert.deepStrictEqual(yield* webhooks.list("", { limit: 9 }), { items: [] })
    })
  )

const goesOn = <R>(it: Vitest.MethodsNonLive<R>, newSource: NewUrl<R>, newTarget: NewUrl<R>) =>
  it.effect.prop(
    "has what was kept, and goes on with it as if nothing had been",
    [Commands, Commands],
    ([before, after]) =>
      Effect.gen(function* () {
        const [source, target, model] = [yield* newSource, yield* newTarget, yield* MemoryStore.make]
        yield* using(source, ({ store }) => compare(store, model, before))
        yield* copy(source, target)
        yield* using(target, ({ store }) => compare(store, model, after))
      }).pipe(Effect.scoped),
    { arbitrary: { runs: 1 }, timeout: 20_000 }
  )

const hasWebhooks = <R>(it: Vitest.MethodsNonLive<R>, newSource: NewUrl<R>, newTarget: NewUrl<R>) =>
  it.effect("has the webhooks, with their secrets, where they were", () =>
    Effect.gen(function* () {
      const [source, target] = [yield* newSource, yield* newTarget]
      const before = yield* using(source, (opened) => Effect.andThen(fill(opened), webhooksOf(opened)))
      const copied = yield* copy(source, target)
      const counts = Object.fromEntries(copied.tables.map(({ count, rows }) => [rows, count]))
      assert.deepInclude(counts, { operations: 1, trackings: 1, changes: 1, subscriptions: 1, deliveries: 3 })
      const opened = yield* open(target)
      const { sql, store, webhooks } = opened
      assert.deepStrictEqual(yield* webhooksOf(opened), before)
      const until = now + 9_000
      const { claimed } = yield* webhooks.claim({ wanted: [{ url: hook, limit: 9 }], now: now + 5_000, until })
      assert.deepStrictEqual(
        claimed.map(({ attempts, body, id, secret }) => [id, attempts, body, Redacted.value(secret)]),
        [["3", 1, '{"id":"3","é":"\\u0000"}', "whsec_kept"]]
      )
      yield* store.track([track("b")])
      const later = yield* store.observe([observation("b")])
      assert.deepStrictEqual(
        later.changes.map(({ sequence }) => sequence),
        [2]
      )
      const secret = Redacted.make("whsec_next")
      yield* webhooks.subscribe({ id: "next", owner: "", url: hook, secret, filter: {}, createdAt: at(2) }, 9)
      const numbers = yield* sql<{ number: number }>`SELECT number FROM opwatch_subscription ORDER BY number`
      assert.deepStrictEqual(
        numbers.map(({ number }) => number),
        [1, 3]
      )
    }).pipe(Effect.orDie)
  )

const refused = (from: Url, to: Url, words: RegExp) =>
  Effect.map(Effect.flip(copy(from, to)), ({ message, reason }) => {
    assert.deepStrictEqual([reason, words.test(message) ? "" : message], ["unusable", ""])
    assert.notInclude(message, password)
    assert.notInclude(message, encodeURIComponent(password))
  })

const keepsServersOut = <R>(it: Vitest.MethodsNonLive<R>, newUrl: NewUrl<R>) =>
  it.effect("is refused while a server has either end", () =>
    Effect.gen(function* () {
      const [source, target, idle] = [yield* newUrl, yield* newUrl, yield* newUrl]
      const words = /: (servers are connected to it, from 127\.0\.0\.1: stop them first|in use by process \d+ on .*)$/
      yield* using(source, fill)
      yield* using(target, () =>
        using(idle, () =>
          Effect.all([refused(source, target, words), refused(idle, source, words)], { concurrency: 2 })
        )
      )
      yield* copy(source, target)
    })
  )

const comesWhole = <R>(it: Vitest.MethodsNonLive<R>, newUrl: NewUrl<R>) =>
  it.effect("is nothing at all where it was killed, and can be made again", () =>
    Effect.gen(function* () {
      const [source, target] = [yield* newUrl, yield* newUrl]
      yield* using(source, fill)
      const child = yield* Child.start("copyUntilKilled.ts", Redacted.value(source), Redacted.value(target))
      yield* child.told(/copying/)
      yield* child.kill
      yield* assertEmpty(target)
      yield* copy(source, target)
      assert.strictEqual(yield* using(target, ({ store }) => store.lastSequence), 1)
    })
  )

const refusals = <R>(it: Vitest.MethodsNonLive<R>, newUrl: NewUrl<R>) => {
  it.effect("is refused where something is already, which stays as it is", () =>
    Effect.gen(function* () {
      const [source, target] = [yield* newUrl, yield* newUrl]
      yield* using(source, fill)
      yield* using(target, ({ store }) => store.track([track("other")]))
      yield* refused(source, target, /: it is not empty: it has operations already$/)
      yield* refused(source, source, /: it cannot be copied into itself$/)
      const { store } = yield* open(target)
      assert.strictEqual((yield* store.summary("", {})).total, 1)
    })
  )

  it.effect("is refused of another schema than this version's, and the source is left as it is", () =>
    Effect.gen(function* () {
      const [source, target] = [yield* newUrl, yield* newUrl]
      for (const step of [1, -1]) {
        yield* using(source, ({ sql }) =>
          Effect.orDie(sql`
          UPDATE opwatch_migration SET migration_id = migration_id + ${step}
          WHERE migration_id = (SELECT MAX(migration_id) FROM opwatch_migration)`)
        )
        if (step === 1)
          yield* refused(source, target, /: it has schema \d+; this version of opwatch copies schema \d+$/)
      }
      yield* copy(source, target)
    })
  )

  it.effect("is nothing at all where it is not read back as it was written", () =>
    Effect.gen(function* () {
      const [source, target] = [yield* newUrl, yield* newUrl]
      yield* using(source, fill)
      yield* using(target, ({ sql }) => Effect.orDie(spoil(sql)))
      yield* refused(source, target, /: it gives back other changes than were written to it$/)
      yield* assertEmpty(target)
    })
  )
}

/** Has the database store another change than it is given. */
const spoil = (sql: Opened["sql"]) =>
  sql.onDialectOrElse({
    pg: () =>
      Effect.andThen(
        sql`CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.at_millis := 0; RETURN NEW; END'`,
        sql`CREATE TRIGGER spoil BEFORE INSERT ON opwatch_change FOR EACH ROW EXECUTE FUNCTION spoil()`
      ),
    orElse: () => sql`
      CREATE TRIGGER spoil AFTER INSERT ON opwatch_change BEGIN
        UPDATE opwatch_change SET at_millis = 0 WHERE sequence = NEW.sequence;
      END`
  })

describe("a copy of a file into a file", () => {
  layer(Layer.empty, { excludeTestServices: true })((it) => {
    goesOn(it, file, file)
    hasWebhooks(it, file, file)
    keepsServersOut(it, file)
    comesWhole(it, file)
    refusals(it, file)

    it.effect("is refused of a file that is not there, which is not made", () =>
      Effect.gen(function* () {
        const [source, target] = [yield* file, yield* file]
        const path = Redacted.value(source).slice("file:".length)
        const { message } = yield* Effect.flip(copy(source, target))
        assert.strictEqual(message, `${path}: there is no such file`)
        for (const url of [source, target]) assert.isFalse(Fs.existsSync(Redacted.value(url).slice("file:".length)))
      })
    )
  })
})

layer(PostgresServer.layer, { excludeTestServices: true, timeout: "30 seconds" })("a copy", (it) => {
  describe("of a file into Postgres", () => {
    goesOn(it, file, postgres)
    hasWebhooks(it, file, postgres)
  })
  describe("of Postgres into a file", () => {
    goesOn(it, postgres, file)
    hasWebhooks(it, postgres, file)
  })
  describe("of Postgres into Postgres", () => {
    hasWebhooks(it, postgres, postgres)
    keepsServersOut(it, postgres)
    comesWhole(it, postgres)

    it.effect("lets a server that is started on it meanwhile wait until all is there", () =>
      Effect.gen(function* () {
        const [source, target, other] = [yield* postgres, yield* postgres, yield* postgres]
        yield* using(source, fill)
        const { sql } = yield* open(other)
        const waiting = sql`SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`
        const server = yield* Deferred.make<number, StoreError>()
        const started = yield* Latch.make()
        yield* Effect.forkScoped(
          Effect.andThen(
            started.await,
            Deferred.into(
              using(target, ({ store }) => store.lastSequence),
              server
            )
          )
        )
        const untilItWaits = Effect.repeat(Effect.orDie(waiting), {
          schedule: Schedule.spaced("5 millis"),
          until: (found) => found.length > 0
        })
        yield* copy(source, target, () => Effect.andThen(started.open, untilItWaits))
        assert.strictEqual(yield* Deferred.await(server), 1)
      })
    )
  })
})
