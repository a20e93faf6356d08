import { assert, describe, it } from "@effect/vitest"
import { ApiKeys } from "@opwatch/access/ApiKeys"
import { Sources } from "@opwatch/core/Sources"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as MemoryStore from "@opwatch/tracker/MemoryStore"
import { Ownership } from "@opwatch/tracker/Ownership"
import { Store } from "@opwatch/tracker/Store"
import { StoreError } from "@opwatch/tracker/StoreError"
import { Tracker } from "@opwatch/tracker/Tracker"
import { Webhooks } from "@opwatch/webhooks/Webhooks"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as Http from "node:http"
import * as OpwatchServer from "../src/OpwatchServer.ts"
import * as InMemoryProvider from "./InMemoryProvider.ts"
import { listen, until } from "./Serving.ts"

/** A server over a store that outlives it. */
const serve = Effect.fnUntraced(function* (
  store: Store["Service"],
  providers: ReadonlyArray<ReturnType<typeof InMemoryProvider.make>>
) {
  const server = OpwatchServer.layer.pipe(
    Layer.provide([Tracker.layer, Webhooks.none]),
    Layer.provide([Layer.succeed(Store, store), Ownership.all, ApiKeys.none]),
    Layer.provide(Layer.succeed(Sources, new Map(providers.map(({ provider, source }) => [source, provider])))),
    Layer.provideMerge(
      NodeHttpServer.layer(Http.createServer, { host: "127.0.0.1", port: 0, gracefulShutdownTimeout: "100 millis" })
    )
  )
  const { address } = Context.get(yield* Layer.build(Layer.fresh(server)), HttpServer.HttpServer)
  const url = HttpServer.formatAddress(address)
  const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    Effect.promise(async () => {
      const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body)
      const answer = await fetch(`${url}${path}`, {
        method,
        headers: { ...(text === undefined ? {} : { "content-type": "application/json" }), ...headers },
        ...(text === undefined ? {} : { body: text })
      })
      const got = await answer.text()
      const json = answer.headers.get("content-type")?.includes("json") === true ? JSON.parse(got) : {}
      return { status: answer.status, headers: answer.headers, text: got, json }
    })
  return { url, send }
})

const memory = Effect.map(Layer.build(Layer.fresh(MemoryStore.layer)), (context) => Context.get(context, Store))

const start = Effect.gen(function* () {
  const store = yield* memory
  const toloka = InMemoryProvider.make("toloka")
  const cloud = InMemoryProvider.make("cloud")
  return { store, toloka, cloud, ...(yield* serve(store, [toloka, cloud])) }
})

const path = "/v1/operations/cloud/op-1"

describe("Tracking over HTTP", () => {
  it.live("answers 201 for what is new, 200 for what is replaced, and 204 and 404 when it is no longer tracked", () =>
    Effect.gen(function* () {
      const { cloud, send } = yield* start
      cloud.set("op-1", { state: "running" })
      const first = yield* send("PUT", path)
      assert.deepStrictEqual([first.status, first.json.ref, first.json.labels], [201, "cloud/op-1", {}])
      const again = yield* send("PUT", path, { labels: { job: "a" }, deadline: "2h" })
      assert.deepStrictEqual([again.status, again.json.labels], [200, { job: "a" }])
      const left = Date.parse(again.json.deadline) - Date.now()
      assert.isTrue(left > 7_190_000 && left <= 7_200_000, again.json.deadline)
      const offset = yield* send("PUT", path, { deadline: "2030-01-02T03:04:05+03:00" })
      assert.strictEqual(offset.json.deadline, "2030-01-02T00:04:05Z")
      assert.strictEqual((yield* send("PUT", path, {})).status, 200)
      assert.strictEqual((yield* send("DELETE", path)).status, 204)
      const gone = yield* send("DELETE", path)
      assert.deepStrictEqual([gone.status, gone.json.type], [404, "urn:opwatch:problem:not-tracked"])
      assert.strictEqual((yield* send("GET", `${path}/history`)).json.type, "urn:opwatch:problem:not-tracked")
    })
  )

  const wrong: ReadonlyArray<readonly [string, unknown, number, string]> = [
    ["an unknown field", { lables: {} }, 400, "lables"],
    ["a label's value", { labels: { a: 1 } }, 400, "labels.a"],
    ["a deadline", { deadline: "tomorrow" }, 400, "deadline"],
    ["a body that is no JSON", "{", 400, "the body"],
    ["a body that is a list", [], 400, "the body"],
    ["a webhook", { webhook: { url: "https://example.com" } }, 501, "sends no webhooks"]
  ]
  for (const [what, body, status, named] of wrong) {
    it.live(`refuses ${what} with ${status}, saying what is wrong`, () =>
      Effect.gen(function* () {
        const { send } = yield* start
        const answer = yield* send("PUT", path, body)
        assert.deepStrictEqual(
          [answer.status, answer.headers.get("content-type")],
          [status, "application/problem+json"]
        )
        assert.include(answer.json.detail, named)
      })
    )
  }

  it.live("has no webhooks where none are sent, and says so to whoever wants one", () =>
    Effect.gen(function* () {
      const { send } = yield* start
      const wanted = yield* send("POST", "/v1/subscriptions", { url: "https://example.com" })
      assert.deepStrictEqual([wanted.status, wanted.json.type], [501, "urn:opwatch:problem:webhooks-unavailable"])
      assert.deepStrictEqual((yield* send("GET", "/v1/subscriptions")).json, { subscriptions: [] })
      assert.strictEqual((yield* send("POST", "/v1/deliveries/sub_1/resend")).status, 404)
    })
  )

  it.live("repeats no value of a body: it may be a secret", () =>
    Effect.gen(function* () {
      const { send } = yield* start
      for (const webhook of ["whsec_hidden", { url: 1, secret: "whsec_hidden" }, { secrets: "whsec_hidden" }]) {
        const answer = yield* send("PUT", path, { webhook })
        assert.strictEqual(answer.status, 400)
        assert.notInclude(answer.text, "hidden")
      }
    })
  )

  it.live("refuses bodies that are too large, of another type, and methods that are not for a path", () =>
    Effect.gen(function* () {
      const { send } = yield* start
      const large = { labels: { a: "x".repeat(1_100_000) } }
      assert.strictEqual((yield* send("PUT", path, large)).status, 413)
      const batch = yield* send("POST", "/v1/operations/batch", { operations: [large] })
      assert.deepStrictEqual([batch.status, batch.json.results[0].status], [200, 400])
      const form = yield* send("PUT", path, "a=b", { "content-type": "application/x-www-form-urlencoded" })
      assert.deepStrictEqual([form.status, form.json.type], [415, "urn:opwatch:problem:body-not-json"])
      const method = yield* send("PATCH", path)
      assert.deepStrictEqual([method.status, method.headers.get("allow")], [405, "GET, HEAD, PUT, DELETE"])
      assert.strictEqual(method.json.type, "urn:opwatch:problem:method-not-allowed")
    })
  )

  it.live("tracks a thousand at once, each with an answer of its own in the order asked", () =>
    Effect.gen(function* () {
      const { send } = yield* start
      const good = Array.from({ length: 996 }, (_, index) => ({ ref: `cloud/op-${index}`, labels: { job: "a" } }))
      const bad = [{ ref: "nowhere/op" }, { ref: "cloud/../x" }, { ref: "cloud/x", nope: 1 }, 7]
      const operations = [...bad.slice(0, 2), ...good, ...bad.slice(2)]
      const { json, status } = yield* send("POST", "/v1/operations/batch", { operations })
      assert.strictEqual(status, 200)
      const statuses = json.results.map((result: { readonly status: number }) => result.status)
      assert.deepStrictEqual(statuses, [404, 400, ...good.map(() => 201), 400, 400])
      assert.deepStrictEqual(
        [json.results[2], json.results[0].problem.type, json.results[999].ref],
        [{ ref: "cloud/op-0", status: 201 }, "urn:opwatch:problem:source-not-found", ""]
      )
      assert.include(json.results[998].problem.detail, "nope")
      assert.strictEqual((yield* send("GET", "/v1/summary?label=job=a")).json.total, 996)
      const url = yield* send("POST", "/v1/operations/batch", {
        operations: [{ ref: "http://127.0.0.1:4010/operations/by-url" }]
      })
      assert.strictEqual(url.json.results[0].status, 201, url.text)
      const many = { operations: Array.from({ length: 1_001 }, () => ({ ref: "cloud/a" })) }
      assert.strictEqual((yield* send("POST", "/v1/operations/batch", many)).status, 400)
      assert.strictEqual((yield* send("POST", "/v1/operations/batch", { operations: [] })).status, 400)
    })
  )

  it.live("lists what is tracked by its conditions, in pages that nothing is in twice while more is tracked", () =>
    Effect.gen(function* () {
      const { cloud, send } = yield* start
      const operations = Array.from({ length: 25 }, (_, index) => ({
        ref: `${index % 5 === 0 ? "toloka" : "cloud"}/op-${index}`,
        labels: { job: "a", half: index < 12 ? "first" : "second" }
      }))
      cloud.set("op-1", { state: "succeeded", kind: "CreateInstance" })
      yield* send("POST", "/v1/operations/batch", { operations })
      const seen: Array<string> = []
      let token: string | undefined
      do {
        const page = yield* send("GET", `/v1/operations?pageSize=10${token === undefined ? "" : `&pageToken=${token}`}`)
        assert.strictEqual(page.status, 200)
        seen.push(...page.json.operations.map(({ ref }: { readonly ref: string }) => ref))
        token = page.json.nextPageToken
        yield* send("PUT", `/v1/operations/cloud/later-${seen.length}`)
      } while (token !== undefined)
      assert.strictEqual(new Set(seen).size, seen.length)
      assert.sameMembers(
        seen.filter((ref) => !ref.includes("later")),
        operations.map(({ ref }) => ref)
      )
      const count = (query: string) =>
        Effect.map(send("GET", `/v1/operations?${query}`), ({ json }) => json.operations?.length)
      assert.strictEqual(yield* count("source=toloka"), 5)
      assert.strictEqual(yield* count("label=job=a&label=half=first"), 12)
      assert.strictEqual(yield* count("label=job=b"), 0)
      let finished = 0
      while (finished === 0) finished = yield* count("state=succeeded&kind=CreateInstance")
      assert.strictEqual(finished, 1)
      for (const query of ["label=job", "label==a", "state=odd", "pageSize=0", "pageSize=1001"]) {
        assert.strictEqual((yield* send("GET", `/v1/operations?${query}`)).status, 400, query)
      }
    })
  )

  it.live("answers a summary when all are done, or with what is known when time is up", () =>
    Effect.gen(function* () {
      const { cloud, send } = yield* start
      cloud.set("op-1", { state: "running" })
      yield* send("PUT", path, { labels: { job: "a" } })
      const early = yield* send("GET", "/v1/summary?label=job=a&wait=100ms")
      assert.deepStrictEqual([early.json.total, early.json.done], [1, 0])
      const asked = yield* Effect.forkScoped(send("GET", "/v1/summary?label=job=a&wait=30s"))
      cloud.set("op-1", { state: "succeeded" })
      const answer = yield* Fiber.join(asked)
      const counts = { total: 1, done: 1, succeeded: 1, failed: 0, partial: 0, cancelled: 0, lost: 0 }
      assert.deepStrictEqual(answer.json, counts)
    })
  )

  it.live("tells every change once and in order to whoever resumes, also from a server that started anew", () =>
    Effect.gen(function* () {
      const store = yield* memory
      const cloud = InMemoryProvider.make("cloud")
      const read = Effect.fnUntraced(function* (lastEventId: string | undefined, progress: number) {
        const { send, url } = yield* serve(store, [cloud])
        const all = yield* listen(`${url}/v1/events?label=job=a`, lastEventId)
        if (lastEventId === undefined) yield* until(() => /^id: \d+\n\n/m.test(all.text()))
        yield* send("PUT", path, { labels: { job: "a" } })
        cloud.set("op-1", { state: "running", progress })
        yield* until(() => all.events().some(({ data }) => operationOf(data).progress === progress))
        return all.events()
      }, Effect.scoped)

      const before = yield* read(undefined, 1)
      const id = before.at(-1)?.id
      const { send, url } = yield* serve(store, [cloud])
      cloud.set("op-1", { state: "running", progress: 2 })
      yield* untilProgress(send, 2)
      cloud.set("op-1", { state: "succeeded", progress: 100 })
      yield* untilProgress(send, 100)
      const after = yield* listen(`${url}/v1/events?lastEventId=${id}`)
      yield* until(() => after.events().some(({ event }) => event === "operation.finished"))
      const told = [...before, ...after.events()]
      assert.deepStrictEqual(
        told.map(({ data }) => operationOf(data).progress),
        [1, 2, 100]
      )
      const numbers = told.map(({ id }) => Number(id))
      assert.deepStrictEqual(
        numbers,
        numbers.toSorted((a, b) => a - b)
      )
      assert.deepStrictEqual(
        told.map(({ data, event, id }) => [data["type"], data["id"]].join() === [event, id].join()),
        [true, true, true]
      )
      const history = yield* send("GET", `${path}/history?pageSize=2`)
      assert.deepStrictEqual([history.json.changes.length, history.json.changes[0].sequence], [2, numbers[0]])
      const rest = yield* send("GET", `${path}/history?pageSize=2&pageToken=${history.json.nextPageToken}`)
      assert.deepStrictEqual(
        rest.json.changes.map(({ type }: { readonly type: string }) => type),
        ["operation.finished"]
      )
    })
  )

  it.live("tells of a tracked operation by the numbers of its changes: all after the one last read, then 204", () =>
    Effect.gen(function* () {
      const { cloud, send, url } = yield* start
      cloud.set("op-1", { state: "running", progress: 1 })
      yield* send("PUT", path)
      yield* untilProgress(send, 1)
      const first = yield* listen(`${url}${path}/events`)
      yield* until(() => first.events().length > 0)
      const [seen] = first.events()
      assert.match(seen?.id ?? "", /^\d+$/)
      assert.deepStrictEqual([seen?.event, seen?.data["progress"], seen?.data["labels"]], ["operation", 1, undefined])
      for (const progress of [2, 3]) {
        cloud.set("op-1", { state: "running", progress })
        yield* untilProgress(send, progress)
      }
      cloud.set("op-1", { state: "succeeded", progress: 100 })
      yield* first.end
      const resumed = yield* listen(`${url}${path}/events`, seen?.id)
      yield* resumed.end
      const progress = (events: ReadonlyArray<{ readonly data: Record<string, unknown> }>) =>
        events.map(({ data }) => data["progress"])
      assert.deepStrictEqual(progress(first.events()), [1, 2, 3, 100])
      assert.deepStrictEqual(progress(resumed.events()), [2, 3, 100])
      const last = resumed.events().at(-1)?.id ?? ""
      assert.strictEqual((yield* send("GET", `${path}/events`, undefined, { "last-event-id": last })).status, 204)
      const unknown = yield* listen(`${url}${path}/events`, "999999")
      yield* unknown.end
      assert.deepStrictEqual(progress(unknown.events()), [100])
    })
  )

  it.live(
    "ends the events of an operation that is tracked no more; whoever comes back is told of it as anybody is",
    () =>
      Effect.gen(function* () {
        const { cloud, send, url } = yield* start
        cloud.set("op-1", { state: "running", progress: 1 })
        yield* send("PUT", path)
        yield* untilProgress(send, 1)
        const events = yield* listen(`${url}${path}/events`)
        yield* until(() => events.events().length > 0)
        assert.strictEqual((yield* send("DELETE", path)).status, 204)
        yield* events.end
        assert.strictEqual(events.events().length, 1)
        const [{ id = "" } = {}] = events.events()
        const again = yield* listen(`${url}${path}/events`, id)
        yield* until(() => again.events().length > 0)
        cloud.set("op-1", { state: "succeeded", progress: 100 })
        yield* again.end
        assert.deepStrictEqual(
          again.events().map(({ data }) => data["progress"]),
          [1, 100]
        )
      })
  )

  it.live("sends a reset with the present id for an id that it does not have", () =>
    Effect.gen(function* () {
      const { url } = yield* start
      const events = yield* listen(`${url}/v1/events`, "12345")
      yield* until(() => events.events().length > 0)
      assert.deepStrictEqual(events.events(), [{ id: "0", event: "reset", data: { id: "0" } }])
    })
  )

  it.live(
    "says that its store fails with 503, when to come back, and that it is not ready, but not where the store is",
    () =>
      Effect.gen(function* () {
        const working = yield* memory
        const failing = Effect.fail(new StoreError({ reason: "unavailable", message: "/secret/place: it is gone" }))
        const { send } = yield* serve({ ...working, track: () => failing, list: () => failing }, [
          InMemoryProvider.make("cloud")
        ])
        for (const answer of [yield* send("PUT", path), yield* send("GET", "/v1/operations")]) {
          assert.deepStrictEqual([answer.status, answer.headers.get("retry-after")], [503, "5"])
          assert.strictEqual(answer.json.type, "urn:opwatch:problem:store-unavailable")
          assert.notInclude(answer.text, "/secret")
        }
        const ready = yield* send("GET", "/readyz")
        assert.deepStrictEqual([ready.status, ready.json.type], [503, "urn:opwatch:problem:not-ready"])
        assert.strictEqual((yield* send("GET", "/healthz")).status, 200)
      })
  )

  it.live("answers those who wait and ends streams when it stops", () =>
    Effect.gen(function* () {
      const cloud = InMemoryProvider.make("cloud")
      cloud.set("op-1", { state: "running" })
      const lifetime = yield* Scope.make()
      const { send, url } = yield* Scope.provide(serve(yield* memory, [cloud]), lifetime)
      yield* send("PUT", path, { labels: { job: "a" } })
      const waits = yield* Effect.forkScoped(
        Effect.all([send("GET", `${path}/wait?timeout=60s`), send("GET", "/v1/summary?wait=60s")], {
          concurrency: "unbounded"
        })
      )
      const events = yield* listen(`${url}/v1/events`)
      yield* until(() => events.text().includes("id: ") && cloud.counts.polls > 1)
      yield* Scope.close(lifetime, Exit.void)
      const [waited, summary] = yield* Fiber.join(waits)
      assert.deepStrictEqual([waited.status, waited.json.state], [200, "running"])
      assert.deepStrictEqual([summary.json.total, summary.json.done], [1, 0])
      yield* events.end
    })
  )

  it.live("gives its metrics as Prometheus reads them", () =>
    Effect.gen(function* () {
      const { send } = yield* start
      yield* send("PUT", path)
      const { headers, status, text } = yield* send("GET", "/metrics")
      assert.deepStrictEqual([status, headers.get("content-type")], [200, "text/plain; version=0.0.4; charset=utf-8"])
      assert.match(text, /^# TYPE opwatch_\w+ (counter|gauge|histogram)$/m)
    })
  )
})

const operationOf = (data: Record<string, unknown>): { readonly progress?: number } => {
  const { operation } = data
  return typeof operation === "object" && operation !== null ? operation : {}
}

/** Until the server has stored it. */
const untilProgress = (
  send: (
    method: string,
    path: string
  ) => Effect.Effect<{ readonly json: { readonly operations: ReadonlyArray<{ readonly progress?: number }> } }>,
  progress: number
) =>
  Effect.flatMap(send("GET", "/v1/operations"), ({ json }) =>
    json.operations.some((operation) => operation.progress === progress) ? Effect.void : Effect.fail("not yet" as const)
  ).pipe(Effect.retry(Schedule.spaced("10 millis")), Effect.timeout("1 minute"), Effect.orDie)
