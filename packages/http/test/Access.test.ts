import { ApiKeys } from "@opwatch/access/ApiKeys"
import { defaults, Limits } from "@opwatch/access/Limits"
import { SourceName } from "@opwatch/core/Reference"
import * as Timestamp from "@opwatch/core/Timestamp"
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import * as Keys from "./Keys.ts"
import { json, listen, startWith, until } from "./Serving.ts"

const operation = "/v1/operations/cloud/op-1"
const guarded: ReadonlyArray<readonly [method: string, path: string]> = [
  ...["", "/wait?timeout=1s", "/events", "/log", "/explanation", "?maxAge=x"].map(
    (rest) => ["GET", operation + rest] as const
  ),
  ["POST", `${operation}/cancel`],
  ["GET", "/v1/sources"],
  ["GET", "/v1/sources/cloud/operations"],
  ["GET", "/v1/sources/cloud/durations"]
]

const withKeys = Effect.fnUntraced(function* (...issued: ReadonlyArray<ReturnType<typeof Keys.issue>>) {
  const { layer, write } = yield* Keys.file(...issued.map(({ key }) => key))
  const log: Array<string> = []
  const logger = Logger.layer([
    Logger.make(({ cause, message }) => void log.push(`${String(message)} ${Cause.pretty(cause)}`))
  ])
  return { log, write, ...(yield* startWith(layer).pipe(Effect.provide(logger))) }
})

const limited = (limits: Partial<Limits>) => Effect.provideService(Limits, { ...defaults, ...limits })

describe("Access", () => {
  it.live("wants a key for everything but what is open, and asks no provider before", () =>
    Effect.gen(function* () {
      const { cloud, request } = yield* withKeys(Keys.issue("ci"))
      const stranger = Keys.issue("ci")
      for (const [method, path] of guarded) {
        for (const authorization of [
          undefined,
          "",
          "Bearer",
          "Bearer t1.token",
          `OAuth ${stranger.text}`,
          stranger.text
        ]) {
          const answer = yield* request(path, { method, headers: authorization === undefined ? {} : { authorization } })
          assert.oneOf(answer.status, [401, 429], `${method} ${path} ${authorization}`)
          assert.strictEqual(answer.headers["content-type"], "application/problem+json")
        }
      }
      for (const path of ["/healthz", "/readyz", "/openapi.json", "/docs"]) {
        assert.strictEqual((yield* request(path)).status, 200, path)
      }
      assert.deepStrictEqual([cloud.counts.polls, cloud.counts.cancels, cloud.counts.listed], [0, 0, 0])
    })
  )

  it.live("says what is wrong with what was sent in place of a key, and repeats none of it", () =>
    Effect.gen(function* () {
      const expired = Keys.issue("old", { expiresAt: Timestamp.Timestamp.make("2026-01-03T00:00:00Z") })
      const { request } = yield* withKeys(expired)
      const stranger = Keys.issue("ci")
      const cases: ReadonlyArray<readonly [string | undefined, string]> = [
        [undefined, "the request has no Authorization header: send `Bearer` and a key"],
        [`OAuth ${stranger.text}`, "the Authorization header is not `Bearer` and a key"],
        ["Bearer t1.secret-token", "the Authorization header has no key of opwatch: those begin with opw_"],
        [`Bearer ${stranger.text}`, "there is no such key: it may have been revoked or replaced"],
        [`Bearer ${expired.text}`, "the key old has expired"]
      ]
      for (const [authorization, detail] of cases) {
        const answer = yield* request(operation, { headers: authorization === undefined ? {} : { authorization } })
        assert.strictEqual(answer.headers["www-authenticate"], 'Bearer realm="opwatch"')
        assert.deepStrictEqual(json(answer), {
          type: "urn:opwatch:problem:unauthenticated",
          status: 401,
          title: "An API key of this server is needed",
          detail
        })
      }
    })
  )

  it.live("lets a key do what its scopes say, and names the one that is missing", () =>
    Effect.gen(function* () {
      const reader = Keys.issue("reader")
      const canceller = Keys.issue("canceller", { scopes: ["cancel"] })
      const { cloud, request } = yield* withKeys(reader, canceller)
      cloud.set("op-1", { state: "running" })
      const cancel = { method: "POST" }
      assert.strictEqual((yield* request(operation, { headers: reader.headers })).status, 200)
      assert.strictEqual((yield* request(`${operation}/cancel`, { ...cancel, headers: canceller.headers })).status, 200)
      const refused = yield* request(`${operation}/cancel`, { ...cancel, headers: reader.headers })
      assert.deepInclude(json(refused), {
        type: "urn:opwatch:problem:scope-missing",
        status: 403,
        detail: "the key reader does not have the scope cancel",
        scope: "cancel"
      })
      assert.strictEqual((yield* request(operation, { headers: canceller.headers })).status, 403)
      assert.strictEqual(cloud.counts.cancels, 1)
    })
  )

  it.live("has no other sources for a key that is for some, and does not tell which there are", () =>
    Effect.gen(function* () {
      const some = Keys.issue("some", { sources: [SourceName.make("toloka"), SourceName.make("elsewhere")] })
      const all = Keys.issue("all")
      const { cloud, request, toloka } = yield* withKeys(some, all)
      toloka.set("op-1", { state: "running" })
      cloud.set("op-1", { state: "running" })
      const get = (path: string, { headers } = some) => request(path, { headers })
      assert.strictEqual((yield* get("/v1/operations/toloka/op-1")).status, 200)
      for (const source of ["cloud", "nowhere", "elsewhere"]) {
        for (const rest of ["op-1", "op-1/wait?timeout=1s", "op-1/events", "op-1/log", "op-1/explanation"]) {
          const answer = yield* get(`/v1/operations/${source}/${rest}`)
          assert.deepInclude(json(answer), {
            type: "urn:opwatch:problem:source-not-found",
            status: 404,
            detail: `there is no source "${source}" for the key some; those there are: toloka`
          })
        }
        assert.strictEqual((yield* get(`/v1/sources/${source}/operations`)).status, 404)
        assert.strictEqual((yield* get(`/v1/sources/${source}/durations`)).status, 404)
      }
      const names = (text: string) => [...text.matchAll(/"name":"([a-z]+)"/g)].map(([, name]) => name)
      assert.deepStrictEqual(names((yield* get("/v1/sources")).text), ["toloka"])
      assert.deepStrictEqual(names((yield* get("/v1/sources", all)).text), ["toloka", "cloud"])
      assert.strictEqual(cloud.counts.polls, 0)
    })
  )

  it.live("answers under any name and to pages of any origin, without letting those read the answer", () =>
    Effect.gen(function* () {
      const ci = Keys.issue("ci")
      const { cloud, request } = yield* withKeys(ci)
      cloud.set("op-1", { state: "running" })
      for (const headers of [
        { host: "opwatch.example.com" },
        { origin: "https://example.com" },
        { "sec-fetch-site": "cross-site" }
      ]) {
        const answer = yield* request(operation, { headers: { ...headers, ...ci.headers } })
        assert.strictEqual(answer.status, 200)
        assert.isUndefined(answer.headers["access-control-allow-origin"])
        assert.strictEqual((yield* request(operation, { headers })).status, 401)
      }
      const preflight = yield* request(operation, {
        method: "OPTIONS",
        headers: { origin: "https://example.com", "access-control-request-method": "GET" }
      })
      assert.isUndefined(preflight.headers["access-control-allow-origin"])
    })
  )

  it.live("answers few attempts from an address at length, logs fewer, and lets keys in that count", () =>
    Effect.gen(function* () {
      const ci = Keys.issue("ci")
      const { cloud, log, request } = yield* withKeys(ci)
      cloud.set("op-1", { state: "running" })
      const statuses: Array<number> = []
      for (let attempt = 0; attempt < 40; attempt += 1) {
        const answer = yield* request(operation, { headers: Keys.issue("x").headers })
        statuses.push(answer.status)
        if (answer.status !== 429) continue
        assert.strictEqual(json(answer)["type"], "urn:opwatch:problem:too-many-attempts")
        assert.isAtLeast(Number(answer.headers["retry-after"]), 1)
        assert.isAtMost(Number(answer.headers["retry-after"]), 60)
      }
      assert.deepStrictEqual(statuses, [
        ...Array.from({ length: 30 }, () => 401),
        ...Array.from({ length: 10 }, () => 429)
      ])
      assert.strictEqual((yield* request(operation, { headers: ci.headers })).status, 200)
      const told = log.filter((line) => line.startsWith("refused a request from 127.0.0.1: "))
      assert.strictEqual(told.length, 3)
      assert.include(told[2], "more of them are not logged for a minute")
    })
  )

  it.live("keeps so many waits and streams open for each key, and has room again once one ends", () =>
    Effect.gen(function* () {
      const [ci, other] = [Keys.issue("ci"), Keys.issue("other")]
      const { cloud, request, url } = yield* withKeys(ci, other)
      cloud.set("op-1", { state: "running" })
      const wait = (timeout: string, { headers } = ci) => request(`${operation}/wait?timeout=${timeout}`, { headers })
      const stream = yield* Effect.forkScoped(
        Effect.scoped(Effect.andThen(listen(`${url}${operation}/events`, undefined, ci.headers), Effect.never))
      )
      const waiting = yield* Effect.forkScoped(wait("10m"))
      yield* Effect.repeat(wait("0s"), { until: ({ status }) => status === 429 })
      const refused = yield* wait("1s")
      assert.deepInclude(json(refused), { type: "urn:opwatch:problem:too-many-streams", status: 429 })
      assert.strictEqual(refused.headers["retry-after"], "5")
      assert.strictEqual((yield* wait("0s", other)).status, 200)
      assert.strictEqual((yield* request(operation, { headers: ci.headers })).status, 200)
      yield* Fiber.interrupt(stream)
      yield* Effect.repeat(wait("0s"), { until: ({ status }) => status === 200 })
      yield* Fiber.interrupt(waiting)
      const both = Effect.all([wait("100ms"), wait("100ms")], { concurrency: 2 })
      yield* Effect.repeat(both, { until: (answers) => answers.every(({ status }) => status === 200) })
    }).pipe(limited({ streamsPerKey: 2 }))
  )

  it.live("ends streams and waits once their key is revoked", () =>
    Effect.gen(function* () {
      const [ci, stays] = [Keys.issue("ci"), Keys.issue("stays")]
      const { cloud, request, url, write } = yield* withKeys(ci, stays)
      cloud.set("op-1", { state: "running" })
      const events = yield* listen(`${url}${operation}/events`, undefined, ci.headers)
      const kept = yield* listen(`${url}${operation}/events`, undefined, stays.headers)
      const waiting = yield* Effect.forkScoped(request(`${operation}/wait?timeout=10m`, { headers: ci.headers }))
      yield* until(() => events.events().length === 1 && kept.events().length === 1)
      write(stays.key)
      yield* events.end
      const answer = yield* Fiber.join(waiting)
      assert.deepInclude(json(answer), { status: 401, detail: "the key ci no longer counts" })
      assert.strictEqual((yield* request(operation, { headers: ci.headers })).status, 401)
      cloud.set("op-1", { state: "succeeded" })
      yield* until(() => kept.events().length === 2)
    })
  )

  it.live("refuses a body that is too large before it comes", () =>
    Effect.gen(function* () {
      const ci = Keys.issue("ci", { scopes: ["cancel"] })
      const { cloud, request } = yield* withKeys(ci)
      const headers = { ...ci.headers, "content-length": String(2 ** 20 + 1), connection: "close" }
      const answer = yield* request(`${operation}/cancel`, { method: "POST", headers })
      assert.deepInclude(json(answer), { type: "urn:opwatch:problem:body-too-large", status: 413 })
      assert.strictEqual(cloud.counts.cancels, 0)
    })
  )

  it.live("gives up on an answer that does not come, but not on a wait", () =>
    Effect.gen(function* () {
      const { cloud, request } = yield* startWith(ApiKeys.none)
      cloud.set("op-1", { state: "running" })
      const began = Date.now()
      assert.strictEqual((yield* request(`${operation}/wait?timeout=600ms`)).status, 200)
      assert.isAtLeast(Date.now() - began, 590)
      cloud.hold()
      const answer = yield* request(`${operation}?maxAge=0s`)
      assert.deepInclude(json(answer), {
        type: "urn:opwatch:problem:answer-too-late",
        status: 504,
        detail: "no answer was found within 200ms"
      })
    }).pipe(limited({ requestTimeout: Duration.millis(200) }))
  )

  it.live("repeats a key nowhere, wherever in a request it stands", () =>
    Effect.gen(function* () {
      const ci = Keys.issue("ci")
      const { cloud, log, request } = yield* withKeys(ci)
      cloud.set("op-1", { state: "running" })
      cloud.set("broken", new Error("out of cheese"))
      const stranger = Keys.issue("stranger")
      let told = ""
      for (const { headers, text } of [ci, stranger]) {
        for (const path of [
          operation,
          "/v1/operations/cloud/broken",
          `/v1/operations/cloud/gone`,
          `${operation}?maxAge=${text}`,
          `/v1/${text}`,
          `/${text};`,
          `/v1/operations/cloud/op-1/cancel?key=${text}`
        ]) {
          for (const authorization of [headers.authorization, `Basic ${text}`, text]) {
            const answer = yield* request(path, { headers: { ...headers, authorization, cookie: `key=${text}` } })
            told += JSON.stringify(answer)
          }
        }
      }
      told += log.join("\n")
      assert.include(told, "out of cheese")
      assert.notInclude(told, ci.text)
      assert.notInclude(told, stranger.text)
      assert.notInclude(told, ci.text.slice(4, 20))
    })
  )

  it.live("lets whoever reaches a server without keys do all but pass requests through", () =>
    Effect.gen(function* () {
      const { cloud, request } = yield* startWith(ApiKeys.none)
      cloud.set("op-1", { state: "running" })
      for (const headers of [{}, Keys.issue("x").headers]) {
        assert.strictEqual((yield* request(operation, { headers })).status, 200)
        assert.strictEqual((yield* request(`${operation}/cancel`, { method: "POST", headers })).status, 200)
      }
    })
  )
})
