import { assert, describe, it, layer } from "@effect/vitest"
import { Store } from "@opwatch/tracker/Store"
import type { StoreError } from "@opwatch/tracker/StoreError"
import type { Delivery } from "@opwatch/core/Delivery"
import * as WebhookMetrics from "@opwatch/webhooks/WebhookMetrics"
import { Webhooks } from "@opwatch/webhooks/Webhooks"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import { inspect } from "node:util"
import type { Database } from "../src/Database.ts"
import * as PostgresDatabase from "../src/PostgresDatabase.ts"
import * as SqliteDatabase from "../src/SqliteDatabase.ts"
import { PostgresServer } from "./PostgresServer.ts"
import * as Receiver from "./Receiver.ts"
import { at, observation, reference, track } from "./Samples.ts"
import * as TemporaryFolder from "./TemporaryFolder.ts"
import * as WebhookStores from "./WebhookStores.ts"

const owner = "team"

/** A server's webhooks on a database, as long as the scope. */
const startOn = Effect.fnUntraced(function* (database: Layer.Layer<Database, StoreError>) {
  const stores = WebhookStores.layer(database)
  const layer = Layer.provideMerge(Webhooks.layer({ version: "1.2.3", allowPrivate: true }), stores)
  const context = yield* Layer.build(Layer.fresh(layer))
  return { store: Context.get(context, Store), webhooks: Context.get(context, Webhooks) }
})

const start = (path: string) => startOn(SqliteDatabase.layer({ path }))
type Started = Effect.Success<ReturnType<typeof start>>

const newFile = Effect.map(TemporaryFolder.make, (folder) => `${folder}/opwatch.db`)

/** Lets the sockets do what they have to. */
const turn = Effect.callback<void>((resume) => void setTimeout(() => resume(Effect.void), 3))

/** In real time. */
const until = <E>(condition: Effect.Effect<boolean, E>) =>
  Effect.gen(function* () {
    while (!(yield* condition)) yield* turn
  })

/** In virtual time, which goes on by steps until the condition holds. */
const pass = <E>(step: Duration.Input, condition: Effect.Effect<boolean, E>) =>
  Effect.gen(function* () {
    while (!(yield* condition)) {
      yield* TestClock.adjust(step)
      yield* turn
    }
  })

const received = (receiver: { readonly received: ReadonlyArray<unknown> }, count: number) =>
  Effect.sync(() => receiver.received.length >= count)

const deliveries = ({ webhooks }: Started) =>
  Effect.map(webhooks.deliveries(owner, { limit: 1000 }), ({ items }) => items)

const areAll = (started: Started, status: Delivery["status"]): Effect.Effect<boolean, StoreError> =>
  Effect.map(deliveries(started), (all) => all.length > 0 && all.every((one) => one.status === status))

const trackAndFinish = ({ store }: Started, ...ids: ReadonlyArray<string>) =>
  Effect.andThen(
    store.track(ids.map((id) => track(id, { owner }))),
    store.observe(ids.map((id) => observation(id, "succeeded")))
  )

/**
 * One delivery, attempt by attempt, each by another server on the same file, which time leaps to the next in between. The
 * pauses that there were, in seconds.
 */
const pursue = Effect.fnUntraced(function* (file: string, url: string) {
  const attempt = (count: number) =>
    Effect.scoped(
      Effect.gen(function* () {
        const started = yield* start(file)
        if (count === 1) {
          yield* started.webhooks.subscribe(owner, { url })
          yield* trackAndFinish(started, "a")
        }
        yield* pass(
          "1 second",
          Effect.map(deliveries(started), (all) => all[0]?.attempts === count)
        )
        const [delivery] = yield* deliveries(started)
        return delivery
      })
    )
  let delivery = yield* attempt(1)
  const pauses: Array<number> = []
  while (delivery?.status === "pending") {
    const now = yield* Clock.currentTimeMillis
    const next = Date.parse(delivery.nextAt ?? "")
    pauses.push((next - now) / 1000)
    yield* TestClock.setTime(Math.max(now, next))
    delivery = yield* attempt(delivery.attempts + 1)
  }
  return { delivery, pauses }
})

describe("what is delivered", () => {
  it.live("is each change as an event, to those who track the operation and asked for it", () =>
    Effect.gen(function* () {
      const started = yield* start(yield* newFile)
      const { store, webhooks } = started
      const receiver = yield* Receiver.make()
      yield* webhooks.subscribe(owner, { url: `${receiver.url}all` })
      yield* webhooks.subscribe(owner, { url: `${receiver.url}failed`, filter: { state: "failed" } })
      yield* webhooks.subscribe(owner, { url: `${receiver.url}batch`, filter: { labels: { batch: "7" } } })
      yield* webhooks.subscribe("others", { url: `${receiver.url}others` })
      yield* webhooks.forTracking(owner, reference("b"), { url: `${receiver.url}b` })
      yield* store.track([
        track("a", { owner, labels: { batch: "7" } }),
        track("b", { owner, deadline: at(5) }),
        track("c", { owner: "others", deadline: at(5) }),
        track("b", { owner: "others" })
      ])
      yield* store.observe([observation("a", "succeeded"), observation("b")])
      yield* store.passDeadlines([reference("b"), reference("c")], at(6))
      yield* store.noteCancel(owner, reference("b"), at(7))
      yield* store.observe([observation("b", "failed")])
      yield* until(
        Effect.sync(() => receiver.received.some(({ body, path }) => path === "/b" && body.includes("failed")))
      )
      yield* until(areAll(started, "delivered"))
      yield* until(received(receiver, 12))
      const told = (path: string) =>
        receiver.received
          .filter((one) => one.path === path)
          .map(({ body }) => JSON.parse(body))
          .toSorted((a, b) => Number(a.id) - Number(b.id))
          .map(({ operation, type }) => `${operation.id} ${type.slice("operation.".length)} ${operation.state}`)
      assert.deepStrictEqual(told("/all"), [
        "a finished succeeded",
        "b changed running",
        "b overdue running",
        "b finished failed"
      ])
      assert.deepStrictEqual(told("/failed"), ["b finished failed"])
      assert.deepStrictEqual(told("/batch"), ["a finished succeeded"])
      assert.deepStrictEqual(told("/b"), ["b changed running", "b overdue running", "b finished failed"])
      assert.deepStrictEqual(told("/others"), ["b changed running", "c overdue unknown", "b finished failed"])
      const first = receiver.received.find(({ path }) => path === "/batch")
      assert.deepStrictEqual(JSON.parse(first?.body ?? ""), {
        id: "1",
        type: "operation.finished",
        at: at(10),
        operation: observation("a", "succeeded").operation,
        labels: { batch: "7" }
      })
      assert.strictEqual(new Set(receiver.received.map(({ id }) => id)).size, receiver.received.length)
    })
  )

  it.live("is nothing from before the subscription, and nothing after it", () =>
    Effect.gen(function* () {
      const started = yield* start(yield* newFile)
      const { store, webhooks } = started
      const receiver = yield* Receiver.make()
      yield* store.track(["a", "b", "c"].map((id) => track(id, { owner })))
      yield* store.observe([observation("a", "succeeded")])
      const { subscription } = yield* webhooks.subscribe(owner, { url: receiver.url })
      yield* store.observe([observation("b", "succeeded")])
      yield* until(received(receiver, 1))
      assert.isTrue(yield* webhooks.remove(owner, subscription.id))
      yield* webhooks.subscribe(owner, { url: `${receiver.url}next` })
      yield* store.observe([observation("c", "succeeded")])
      yield* until(Effect.sync(() => receiver.received.some(({ path }) => path === "/next")))
      assert.deepStrictEqual(
        receiver.received.map(({ body, path }) => `${path} ${JSON.parse(body).operation.id}`),
        ["/ b", "/next c"]
      )
    })
  )

  it.live("comes to others though one receiver hangs", () =>
    Effect.gen(function* () {
      const started = yield* start(yield* newFile)
      const hanging = yield* Receiver.make(() => {})
      const receiver = yield* Receiver.make()
      for (const path of ["1", "2"]) yield* started.webhooks.subscribe(owner, { url: `${hanging.url}${path}` })
      yield* started.webhooks.subscribe(owner, { url: receiver.url })
      const ids = Array.from({ length: 300 }, (_, index) => `op${index}`)
      yield* trackAndFinish(started, ...ids)
      yield* until(received(receiver, ids.length))
      assert.strictEqual(hanging.received.length, 8)
    })
  )
})

describe("a delivery", () => {
  it.effect("that fails five times is tried again, later each time, under the same id", () =>
    Effect.gen(function* () {
      const file = yield* newFile
      const receiver = yield* Receiver.make((response, count) => response.writeHead(count < 5 ? 500 : 200).end())
      const { delivery, pauses } = yield* pursue(file, receiver.url)
      assert.deepStrictEqual([delivery?.status, delivery?.attempts, delivery?.lastStatus], ["delivered", 6, 200])
      assert.isDefined(delivery?.deliveredAt)
      assert.deepStrictEqual(
        receiver.received.map(({ id }) => id),
        Array.from({ length: 6 }, () => delivery?.id)
      )
      for (const [index, seconds] of [5, 30, 120, 600, 1800].entries()) {
        assert.closeTo(pauses[index] ?? 0, seconds, seconds * 0.21 + 1)
      }
    })
  )

  it.effect("whose receiver is away for a day is dead, and arrives when it is sent again", () =>
    Effect.gen(function* () {
      const file = yield* newFile
      const gone = yield* Effect.scoped(Receiver.make())
      const { delivery, pauses } = yield* pursue(file, gone.url)
      assert.strictEqual(delivery?.status, "dead")
      assert.strictEqual(delivery?.lastError, "the receiver refused the connection")
      assert.isUndefined(delivery?.nextAt)
      assert.isAtLeast(pauses.length, 14)
      const hours = (yield* Clock.currentTimeMillis) / 3_600_000
      assert.isAtLeast(hours, 24)
      assert.isAtMost(hours, 24.1)
      const id = delivery?.id ?? ""
      const back = yield* Receiver.make(undefined, gone.port)
      yield* Effect.scoped(
        Effect.gen(function* () {
          const started = yield* start(file)
          assert.deepStrictEqual(yield* started.webhooks.resend("others", id), Option.none())
          assert.strictEqual(Option.getOrThrow(yield* started.webhooks.resend(owner, id)).status, "pending")
          yield* pass("1 second", areAll(started, "delivered"))
        })
      )
      assert.deepStrictEqual(
        back.received.map(({ id }) => id),
        [id]
      )
    })
  )

  it.effect("is not tried before the receiver's Retry-After is over", () =>
    Effect.gen(function* () {
      const started = yield* start(yield* newFile)
      const receiver = yield* Receiver.make((response, count) =>
        response.writeHead(count === 0 ? 503 : 200, { "retry-after": "900" }).end()
      )
      yield* started.webhooks.subscribe(owner, { url: receiver.url })
      yield* trackAndFinish(started, "a")
      yield* pass(
        "1 second",
        Effect.map(deliveries(started), (all) => all[0]?.lastStatus === 503)
      )
      const [failed] = yield* deliveries(started)
      const pause = Date.parse(failed?.nextAt ?? "") - Date.parse(failed?.createdAt ?? "")
      assert.isAtLeast(pause, 900_000)
      assert.isAtMost(pause, 910_000)
      yield* pass("10 seconds", areAll(started, "delivered"))
    })
  )

  it.live("to a receiver that is gone is the last one, and cannot be sent again", () =>
    Effect.gen(function* () {
      const started = yield* start(yield* newFile)
      const receiver = yield* Receiver.make((response) => response.writeHead(410).end())
      const { subscription } = yield* started.webhooks.subscribe(owner, { url: receiver.url })
      yield* trackAndFinish(started, "a")
      yield* until(areAll(started, "dead"))
      const [dead] = yield* deliveries(started)
      const error = yield* Effect.flip(started.webhooks.resend(owner, dead?.id ?? ""))
      assert.strictEqual(error._tag, "SubscriptionDisabled")
      const disabled = Option.getOrThrow(yield* started.webhooks.get(owner, subscription.id))
      assert.isDefined(disabled.disabledAt)
      assert.isAtLeast((yield* Metric.value(WebhookMetrics.deliveries("Gone"))).count, 1)
    })
  )

  it.live("under way when the server stops is made by the next, at once", () =>
    Effect.gen(function* () {
      const file = yield* newFile
      const receiver = yield* Receiver.make((response, count) => void (count > 0 && response.writeHead(200).end()))
      yield* Effect.scoped(
        Effect.gen(function* () {
          const started = yield* start(file)
          yield* started.webhooks.subscribe(owner, { url: receiver.url })
          yield* trackAndFinish(started, "a")
          yield* until(received(receiver, 1))
        })
      )
      const next = yield* start(file)
      yield* until(areAll(next, "delivered"))
      const [delivery] = yield* deliveries(next)
      assert.strictEqual(delivery?.attempts, 1)
      assert.deepStrictEqual(
        receiver.received.map(({ id }) => id),
        [delivery?.id, delivery?.id]
      )
    })
  )
})

describe("a secret", () => {
  it.live("is shown once, to whom it was made for, and stands in no list, log or error", () => {
    const lines: Array<string> = []
    const logger = Logger.make(({ cause, message }) => void lines.push(inspect([message, cause], { depth: 10 })))
    return Effect.gen(function* () {
      const started = yield* start(yield* newFile)
      const { webhooks } = started
      const receiver = yield* Receiver.make((response) => response.writeHead(500).end())
      const made = yield* webhooks.subscribe(owner, { url: receiver.url })
      assert.match(Redacted.value(made.secret ?? Redacted.make("")), /^whsec_/)
      const given = Redacted.make(`whsec_${Buffer.alloc(32, 1).toString("base64")}`)
      const hook = { url: receiver.url, secret: given }
      assert.isUndefined((yield* webhooks.forTracking(owner, reference("a"), hook))?.secret)
      assert.isUndefined((yield* webhooks.forTracking(owner, reference("a"), { url: receiver.url }))?.secret)
      const replaced = yield* webhooks.forTracking(owner, reference("a"), { url: `${receiver.url}new` })
      assert.isDefined(replaced?.secret)
      const bad = Redacted.make("whsec_bad-secret")
      const refused = yield* Effect.flip(webhooks.subscribe(owner, { url: receiver.url, secret: bad }))
      yield* trackAndFinish(started, "a")
      yield* until(
        Effect.map(deliveries(started), (all) => all.length > 1 && all.every(({ attempts }) => attempts > 0))
      )
      const shown = [
        yield* webhooks.list(owner, { limit: 10 }),
        yield* deliveries(started),
        made,
        replaced,
        refused,
        lines
      ].map((one) => `${inspect(one, { depth: 10 })}${JSON.stringify(one)}`)
      for (const secret of [made.secret, given, replaced?.secret, bad]) {
        const bytes = Redacted.value(secret ?? Redacted.make("?")).slice("whsec_".length)
        assert.isFalse(shown.some((text) => text.includes(bytes)))
      }
    }).pipe(Effect.provide(Logger.layer([logger])))
  })
})

it.live("a webhook of one tracking is refused for its place alone, and goes when it is taken back", () =>
  Effect.gen(function* () {
    const started = yield* start(yield* newFile)
    const { store, webhooks } = started
    const receiver = yield* Receiver.make()
    const results = yield* webhooks.forTrackings(owner, [
      { reference: reference("a"), webhook: { url: "ftp://example.com/" } },
      { reference: reference("b"), webhook: { url: receiver.url } },
      { reference: reference("c") }
    ])
    assert.deepStrictEqual(
      results.map(({ _tag }) => _tag),
      ["Failure", "Success", "Success"]
    )
    yield* store.track(["a", "b"].map((id) => track(id, { owner })))
    yield* store.observe([observation("a"), observation("b")])
    yield* until(received(receiver, 1))
    assert.isUndefined(yield* webhooks.forTracking(owner, reference("b"), undefined))
    yield* webhooks.forTracking(owner, reference("a"), { url: `${receiver.url}a` })
    yield* store.observe([observation("b", "succeeded"), observation("a", "succeeded")])
    yield* until(received(receiver, 2))
    assert.deepStrictEqual(
      receiver.received.map(({ body, path }) => `${path} ${JSON.parse(body).operation.state}`),
      ["/ running", "/a succeeded"]
    )
  })
)

layer(PostgresServer.layer, { excludeTestServices: true, timeout: "30 seconds" })("on Postgres", (it) => {
  it.effect("two servers on one database send each event once", () =>
    Effect.gen(function* () {
      const { database } = yield* PostgresServer
      const url = yield* database
      const [one, other] = [yield* startOn(PostgresDatabase.layer(url)), yield* startOn(PostgresDatabase.layer(url))]
      const receiver = yield* Receiver.make()
      yield* one.webhooks.subscribe(owner, { url: receiver.url })
      for (let batch = 0; batch < 10; batch++) {
        const ids = Array.from({ length: 20 }, (_, index) => `op${batch}-${index}`)
        yield* trackAndFinish(batch % 2 === 0 ? one : other, ...ids)
      }
      yield* until(Effect.map(deliveries(other), (all) => all.length === 200))
      yield* until(areAll(other, "delivered"))
      assert.strictEqual(receiver.received.length, 200)
      assert.strictEqual(new Set(receiver.received.map(({ id }) => id)).size, 200)
    })
  )
})
