/** What every store of webhooks promises, whatever it keeps them in. */
import { assert, describe } from "@effect/vitest"
import type { Vitest } from "@effect/vitest"
import type { Store } from "@opwatch/tracker/Store"
import type { StoreError } from "@opwatch/tracker/StoreError"
import type { NewDelivery, NewSubscription, TrackingHook, WebhookStore } from "@opwatch/webhooks/WebhookStore"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import { at, observation, track } from "./Samples.ts"

export interface Opened {
  readonly store: Store["Service"]
  readonly webhooks: WebhookStore["Service"]
}

const secret = (text: string) => Redacted.make(`whsec_${text}`)

const subscription = (id: string, rest: Partial<NewSubscription> = {}): NewSubscription => ({
  id,
  owner: "team",
  url: `http://hooks.example/${id}`,
  secret: secret(id),
  filter: {},
  createdAt: at(1),
  ...rest
})

const delivery = (id: string, of: string, rest: Partial<NewDelivery> = {}): NewDelivery => ({
  id,
  subscription: of,
  owner: "team",
  eventId: id,
  type: "operation.finished",
  ref: "toloka/a",
  url: `http://hooks.example/${of}`,
  body: `{"id":"${id}"}`,
  ...rest
})

const hook = (ref: string, url: string, secretText: string, keepSecret = false): TrackingHook => ({
  ref,
  hook: { id: `sub_${ref}_${url.length}`, url, secret: secret(secretText), createdAt: at(1), keepSecret }
})

/** `open` gives a store with nothing in it. */
export const webhookStoreContract = <R>(
  it: Vitest.MethodsNonLive<R>,
  open: Effect.Effect<Opened, StoreError, R | Scope.Scope>
) => {
  const test = (name: string, body: (opened: Opened) => Effect.Effect<unknown, StoreError, R | Scope.Scope>) =>
    it.effect(name, () => Effect.flatMap(open, body))

  const claimed = (webhooks: Opened["webhooks"], url: string, now: number, until: number, limit = 10) =>
    Effect.map(webhooks.claim({ wanted: [{ url, limit }], now, until }), ({ claimed }) => claimed)
  const now = Date.parse(at(10))

  describe("subscriptions", () => {
    test("are given back to their owner, the latest first, in pages", ({ webhooks }) =>
      Effect.gen(function* () {
        for (const id of ["a", "b", "c"]) yield* webhooks.subscribe(subscription(id), 10)
        yield* webhooks.subscribe(subscription("other", { owner: "others" }), 10)
        const first = yield* webhooks.list("team", { limit: 2 })
        assert.deepStrictEqual(
          first.items.map(({ id }) => id),
          ["c", "b"]
        )
        const second = yield* webhooks.list("team", { limit: 2, after: first.next })
        const { createdAt, filter, id, url } = subscription("a")
        assert.deepStrictEqual(second, { items: [{ createdAt, filter, id, url }] })
        assert.deepStrictEqual(yield* webhooks.list("team", { limit: 2, after: "nonsense" }), { items: [] })
        assert.deepStrictEqual(yield* webhooks.get("team", "other"), Option.none())
        assert.isFalse(yield* webhooks.remove("team", "other"))
        assert.isTrue(yield* webhooks.remove("team", "a"))
        assert.deepStrictEqual(yield* webhooks.get("team", "a"), Option.none())
      }))

    test("are as many as an owner may have, and no more", ({ webhooks }) =>
      Effect.gen(function* () {
        assert.isTrue(Option.isSome(yield* webhooks.subscribe(subscription("a"), 1)))
        assert.isTrue(Option.isNone(yield* webhooks.subscribe(subscription("b"), 1)))
        yield* webhooks.setForTrackings("team", [hook("toloka/x", "http://x.example/", "x")])
        assert.isTrue(Option.isSome(yield* webhooks.subscribe(subscription("b"), 2)))
      }))

    test("listen to what their owner tracks, from the change after the latest", ({ store, webhooks }) =>
      Effect.gen(function* () {
        yield* store.track([
          track("a", { owner: "team", labels: { batch: "7" } }),
          track("a", { owner: "others" }),
          track("b", { owner: "team" })
        ])
        yield* store.observe([observation("a")])
        yield* webhooks.subscribe(subscription("standing", { filter: { state: "failed" } }), 10)
        yield* webhooks.setForTrackings("others", [hook("toloka/a", "http://x.example/", "x")])
        yield* webhooks.setForTrackings("others", [hook("toloka/b", "http://x.example/", "x")])
        const listeners = yield* webhooks.listeners(["toloka/a", "toloka/b"])
        assert.deepStrictEqual(
          listeners
            .map(({ labels, ref, since, subscription }) => [
              subscription.owner,
              ref,
              labels,
              since,
              subscription.filter
            ])
            .toSorted((a, b) => (String(a) < String(b) ? -1 : 1)),
          [
            ["others", "toloka/a", {}, 1, {}],
            ["team", "toloka/a", { batch: "7" }, 1, { state: "failed" }],
            ["team", "toloka/b", {}, 1, { state: "failed" }]
          ]
        )
      }))

    test("for one tracking are replaced in their place, and are not listed", ({ webhooks }) =>
      Effect.gen(function* () {
        const [made] = yield* webhooks.setForTrackings("team", [hook("toloka/a", "http://x.example/", "one")])
        assert.isFalse(made?.secretKept)
        const [kept] = yield* webhooks.setForTrackings("team", [hook("toloka/a", "http://x.example/", "two", true)])
        assert.deepStrictEqual(kept, { subscription: made?.subscription, secretKept: true })
        const [moved] = yield* webhooks.setForTrackings("team", [hook("toloka/a", "http://y.example/", "three", true)])
        assert.strictEqual(moved?.subscription.id, made?.subscription.id)
        assert.strictEqual(moved?.subscription.url, "http://y.example/")
        assert.isFalse(moved?.secretKept)
        assert.deepStrictEqual(yield* webhooks.list("team", { limit: 10 }), { items: [] })
        assert.deepStrictEqual(yield* webhooks.setForTrackings("team", [{ ref: "toloka/a", hook: undefined }]), [
          undefined
        ])
        assert.deepStrictEqual(yield* webhooks.get("team", made?.subscription.id ?? ""), Option.none())
      }))
  })

  describe("dispatch", () => {
    test("begins after what there was before, makes deliveries once, and moves with them", ({ store, webhooks }) =>
      Effect.gen(function* () {
        yield* store.track([track("a")])
        yield* webhooks.subscribe(subscription("s"), 10)
        const from = yield* webhooks.cursor
        assert.strictEqual(from, 0)
        const dispatch = { from, through: 3, deliveries: [delivery("1", "s"), delivery("2", "gone")], at: at(5) }
        assert.isTrue(yield* webhooks.dispatch(dispatch))
        assert.isFalse(yield* webhooks.dispatch(dispatch))
        assert.isTrue(yield* webhooks.dispatch({ ...dispatch, from: 3, through: 4 }))
        assert.strictEqual(yield* webhooks.cursor, 4)
        const { items } = yield* webhooks.deliveries("team", { limit: 10 })
        assert.deepStrictEqual(items, [
          {
            id: "1",
            subscription: "s",
            eventId: "1",
            type: "operation.finished",
            ref: "toloka/a",
            url: "http://hooks.example/s",
            status: "pending",
            attempts: 0,
            nextAt: at(5),
            createdAt: at(5)
          }
        ])
        assert.strictEqual(yield* webhooks.countPending, 1)
      }))
  })

  describe("claims", () => {
    const prepare = (webhooks: Opened["webhooks"]) =>
      Effect.gen(function* () {
        for (const id of ["s", "t"]) yield* webhooks.subscribe(subscription(id), 10)
        const deliveries = [delivery("1", "s"), delivery("2", "s"), delivery("3", "s"), delivery("4", "t")]
        yield* webhooks.dispatch({ from: 0, through: 1, deliveries, at: at(10) })
      })
    const s = "http://hooks.example/s"

    test("are of what is due, each to one until it ends, with body and secret", ({ webhooks }) =>
      Effect.gen(function* () {
        yield* prepare(webhooks)
        assert.deepStrictEqual(
          (yield* webhooks.due).toSorted((a, b) => (a.url < b.url ? -1 : 1)),
          [
            { url: s, at: now },
            { url: "http://hooks.example/t", at: now }
          ]
        )
        assert.deepStrictEqual(yield* claimed(webhooks, s, now - 1, now + 5), [])
        const first = yield* webhooks.claim({ wanted: [{ url: s, limit: 2 }], now, until: now + 50 })
        assert.deepStrictEqual(first.due, [{ url: s, at: now }])
        assert.strictEqual(first.claimed.length, 2)
        const [one] = first.claimed
        assert.strictEqual(Redacted.value(one?.secret ?? secret("")), "whsec_s")
        assert.strictEqual(one?.body, `{"id":"${one?.id}"}`)
        assert.strictEqual((yield* claimed(webhooks, s, now, now + 50)).length, 1)
        assert.deepStrictEqual(yield* claimed(webhooks, s, now + 49, now + 99), [])
        assert.strictEqual((yield* claimed(webhooks, s, now + 50, now + 99)).length, 3)
      }))

    test("are settled while they stand", ({ webhooks }) =>
      Effect.gen(function* () {
        yield* prepare(webhooks)
        const first = yield* claimed(webhooks, s, now, now + 50)
        const second = yield* claimed(webhooks, s, now + 50, now + 100)
        const delivered = { _tag: "Delivered", status: 204 } as const
        yield* webhooks.settle(first.map((claim) => ({ claim, outcome: delivered, at: now + 60 })))
        assert.strictEqual(yield* webhooks.countPending, 4)
        const byId = new Map(second.map((claim) => [claim.id, claim]))
        const settle = (id: string, outcome: Parameters<typeof webhooks.settle>[0][number]["outcome"]) => {
          const claim = byId.get(id)
          return claim === undefined ? Effect.die(id) : webhooks.settle([{ claim, outcome, at: now + 1000 }])
        }
        yield* settle("1", delivered)
        yield* settle("2", { _tag: "Failed", status: 500, error: "no\0", nextAt: now + 5000 })
        yield* settle("3", { _tag: "Dead", error: "gone for good" })
        const { items } = yield* webhooks.deliveries("team", { limit: 10, subscription: "s" })
        assert.deepStrictEqual(
          items.map(({ attempts, deliveredAt, id, lastError, lastStatus, nextAt, status }) => ({
            attempts,
            deliveredAt,
            id,
            lastError,
            lastStatus,
            nextAt,
            status
          })),
          [
            {
              id: "3",
              status: "dead",
              attempts: 1,
              lastError: "gone for good",
              lastStatus: undefined,
              nextAt: undefined,
              deliveredAt: undefined
            },
            {
              id: "2",
              status: "pending",
              attempts: 1,
              lastError: "no\uFFFD",
              lastStatus: 500,
              nextAt: at(15),
              deliveredAt: undefined
            },
            {
              id: "1",
              status: "delivered",
              attempts: 1,
              lastError: undefined,
              lastStatus: 204,
              nextAt: undefined,
              deliveredAt: at(11)
            }
          ]
        )
        const dead = yield* webhooks.deliveries("team", { limit: 10, status: "dead" })
        assert.deepStrictEqual(
          dead.items.map(({ id }) => id),
          ["3"]
        )
      }))

    test("that are given back are due at once, and count for nothing", ({ webhooks }) =>
      Effect.gen(function* () {
        yield* prepare(webhooks)
        const claims = yield* claimed(webhooks, s, now, now + 50)
        yield* webhooks.settle(claims.map((claim) => ({ claim, outcome: { _tag: "Released" }, at: now + 1 })))
        const again = yield* claimed(webhooks, s, now + 1, now + 50)
        assert.deepStrictEqual(
          again.map(({ attempts, id }) => [id, attempts]).toSorted((a, b) => (String(a) < String(b) ? -1 : 1)),
          [
            ["1", 0],
            ["2", 0],
            ["3", 0]
          ]
        )
      }))

    test("whose receiver is gone end the subscription and all that waits for it", ({ store, webhooks }) =>
      Effect.gen(function* () {
        yield* prepare(webhooks)
        yield* store.track([track("a", { owner: "team" })])
        const [claim] = yield* claimed(webhooks, s, now, now + 50, 1)
        assert.isDefined(claim)
        if (claim === undefined) return
        yield* webhooks.settle([{ claim, outcome: { _tag: "Gone", status: 410, error: "410" }, at: now + 1000 }])
        const { items } = yield* webhooks.deliveries("team", { limit: 10, subscription: "s" })
        assert.deepStrictEqual(
          items.map(({ status }) => status),
          ["dead", "dead", "dead"]
        )
        const ended = yield* webhooks.get("team", "s")
        assert.strictEqual(Option.getOrUndefined(ended)?.disabledAt, at(11))
        const listeners = yield* webhooks.listeners(["toloka/a"])
        assert.deepStrictEqual(
          listeners.map(({ subscription }) => subscription.id),
          ["t"]
        )
        yield* webhooks.dispatch({ from: 1, through: 2, deliveries: [delivery("5", "s")], at: at(12) })
        assert.deepStrictEqual(yield* webhooks.delivery("team", "5"), Option.none())
      }))

    test("of what is sent again begin a new series, to where the subscription says", ({ webhooks }) =>
      Effect.gen(function* () {
        yield* webhooks.setForTrackings("team", [hook("toloka/a", "http://x.example/", "x")])
        const id = `sub_toloka/a_${"http://x.example/".length}`
        const deliveries = [delivery("1", id, { url: "http://x.example/" })]
        yield* webhooks.dispatch({ from: 0, through: 1, deliveries, at: at(10) })
        assert.strictEqual(Option.getOrThrow(yield* webhooks.resend("team", "1", at(11))).nextAt, at(10))
        const claims = yield* claimed(webhooks, "http://x.example/", now, now + 50)
        yield* webhooks.settle(claims.map((claim) => ({ claim, outcome: { _tag: "Dead", error: "x" }, at: now })))
        yield* webhooks.setForTrackings("team", [hook("toloka/a", "http://new.example/", "y")])
        assert.deepStrictEqual(yield* webhooks.resend("others", "1", at(20)), Option.none())
        const again = Option.getOrThrow(yield* webhooks.resend("team", "1", at(20)))
        assert.strictEqual(again.status, "pending")
        assert.strictEqual(again.url, "http://new.example/")
        const [claim] = yield* claimed(webhooks, "http://new.example/", Date.parse(at(20)), now + 99_000)
        assert.deepStrictEqual([claim?.id, claim?.attempts, claim?.since], ["1", 0, Date.parse(at(20))])
      }))

    test("are given to one of many that ask at once", ({ webhooks }) =>
      Effect.gen(function* () {
        yield* webhooks.subscribe(subscription("s"), 10)
        const deliveries = Array.from({ length: 200 }, (_, index) => delivery(`d${index}`, "s"))
        yield* webhooks.dispatch({ from: 0, through: 1, deliveries, at: at(10) })
        const all = yield* Effect.forEach(Array.from({ length: 40 }), () => claimed(webhooks, s, now, now + 1000, 7), {
          concurrency: 8
        })
        const ids = all.flat().map(({ id }) => id)
        assert.strictEqual(new Set(ids).size, ids.length)
        assert.strictEqual(ids.length, 200)
      }))
  })

  describe("prune", () => {
    test("lets go what ended long ago, and what is for nothing that is tracked", ({ store, webhooks }) =>
      Effect.gen(function* () {
        yield* store.track([track("a", { owner: "team" })])
        yield* webhooks.setForTrackings("team", [
          hook("toloka/a", "http://x.example/", "x"),
          hook("toloka/b", "http://x.example/", "x")
        ])
        yield* webhooks.subscribe(subscription("s"), 10)
        const deliveries = ["1", "2", "3", "4"].map((id) => delivery(id, "s"))
        yield* webhooks.dispatch({ from: 0, through: 1, deliveries, at: at(10) })
        const claims = yield* claimed(webhooks, "http://hooks.example/s", now, now + 50, 3)
        const outcomes = [
          { _tag: "Delivered", status: 200 },
          { _tag: "Dead", error: "x" },
          { _tag: "Delivered", status: 200 }
        ] as const
        yield* webhooks.settle(
          outcomes.flatMap((outcome, index) => {
            const claim = claims[index]
            return claim === undefined ? [] : [{ claim, outcome, at: now + index }]
          })
        )
        const horizon = { delivered: now + 1, dead: now + 1, untracked: 0 }
        assert.strictEqual(yield* webhooks.prune(horizon), 1)
        assert.strictEqual(yield* webhooks.prune(horizon), 0)
        assert.strictEqual(yield* webhooks.prune({ ...horizon, dead: now + 2, untracked: Date.parse(at(2)) }), 2)
        assert.strictEqual((yield* webhooks.deliveries("team", { limit: 10 })).items.length, 2)
        const listeners = yield* webhooks.listeners(["toloka/a"])
        assert.deepStrictEqual(listeners.map(({ subscription }) => subscription.url).toSorted(), [
          "http://hooks.example/s",
          "http://x.example/"
        ])
      }))
  })
}
