import { assert, describe, it } from "@effect/vitest"
import * as ProviderError from "@opwatch/core/ProviderError"
import * as Effect from "effect/Effect"
import * as References from "effect/References"
import { json, start } from "./Serving.ts"

/** Long enough that no request is worth another try. */
const retryAfterMillis = 20_500

describe("A failure of the provider", () => {
  const cases: ReadonlyArray<readonly [ProviderError.Reason, number, string]> = [
    [new ProviderError.OperationNotFound(), 404, "operation-not-found"],
    [new ProviderError.Unauthenticated(), 502, "credential-refused"],
    [new ProviderError.Forbidden(), 502, "credential-refused"],
    [new ProviderError.Throttled({ retryAfterMillis }), 503, "provider-throttled"],
    [new ProviderError.Unavailable({ retryAfterMillis }), 502, "provider-unavailable"],
    [new ProviderError.MalformedAnswer(), 502, "answer-not-understood"],
    [new ProviderError.Redirected(), 502, "answer-not-understood"],
    [new ProviderError.Rejected(), 502, "request-rejected"],
    [new ProviderError.Misconfigured(), 502, "source-misconfigured"],
    [new ProviderError.Unsupported(), 501, "unsupported"]
  ]

  for (const [reason, status, type] of cases) {
    it.live(`is a problem of type ${type} for ${reason._tag}`, () =>
      Effect.gen(function* () {
        const { cloud, request } = yield* start
        cloud.set("op-1", reason)
        const answer = yield* request("/v1/operations/cloud/op-1")
        assert.strictEqual(answer.status, status)
        assert.strictEqual(answer.headers["content-type"], "application/problem+json")
        const { reason: which, retryAfterSeconds, title, ...rest } = json(answer)
        assert.isString(title)
        assert.deepStrictEqual(rest, {
          type: `urn:opwatch:problem:${type}`,
          status,
          detail: "cloud says no to op-1",
          ref: "cloud/op-1",
          code: reason._tag.toUpperCase(),
          requestId: "req-1",
          hint: "ask again"
        })
        const isOneOfTwo = /^(credential-refused|answer-not-understood)$/.test(type)
        assert.strictEqual(which, isOneOfTwo ? reason._tag : undefined)
        const throttled = reason._tag === "Throttled"
        assert.strictEqual(answer.headers["retry-after"], throttled ? "21" : undefined)
        assert.strictEqual(retryAfterSeconds, throttled ? 21 : undefined)
      })
    )
  }

  it.live("that nobody expected is a problem without its details, and is logged", () =>
    Effect.gen(function* () {
      const { cloud, request } = yield* start
      cloud.set("op-1", new Error("the password is hunter2"))
      const answer = yield* request("/v1/operations/cloud/op-1")
      assert.strictEqual(answer.status, 500)
      assert.strictEqual(answer.headers["content-type"], "application/problem+json")
      assert.strictEqual(json(answer)["type"], "urn:opwatch:problem:internal-error")
      assert.notInclude(answer.text, "hunter2")
    }).pipe(Effect.provideService(References.MinimumLogLevel, "None"))
  )
})

describe("A request that is wrong in itself", () => {
  const badInputs: ReadonlyArray<readonly [path: string, named: string, right: string]> = [
    ["/v1/operations/cloud/op-1:cancel", `id is "op-1:cancel"`, "letters, digits and ._~-"],
    ["/v1/operations/cloud/..", `id is ".."`, "letters, digits and ._~-"],
    ["/v1/operations/cloud/%2e%2e", `id is ".."`, "letters, digits and ._~-"],
    ["/v1/operations/cloud/a%2Fb", `id is "a/b"`, "letters, digits and ._~-"],
    ["/v1/operations/cloud/a%3Fb", `id is "a?b"`, "letters, digits and ._~-"],
    ["/v1/operations/cloud/a%0d%0ab", `id is "a\\r\\nb"`, "letters, digits and ._~-"],
    ["/v1/operations/cloud/a;b", "/v1/operations/cloud/a;b", "letters, digits and ._~-"],
    ["/v1/operations/cloud/a#b", "/v1/operations/cloud/a#b", "letters, digits and ._~-"],
    ["/v1/operations/cloud/%zz", "/v1/operations/cloud/%zz", "percent-encoded"],
    ["/v1/operations/cloud//wait", `id is ""`, "letters, digits and ._~-"],
    ["/v1/operations/Cloud/op-1", `source is "Cloud"`, "lower-case letters, digits and dashes"],
    ["/v1/operations/cloud/op-1?maxAge=5", `maxAge is "5"`, "a duration such as"],
    ["/v1/operations/cloud/op-1?maxAge=0s&maxAge=1s", "maxAge is given", "more than once"],
    ["/v1/operations/cloud/op-1/wait?timeout=-1s", `timeout is "-1s"`, "a duration such as"],
    ["/v1/operations/cloud/op-1/wait?timeout=601s", `timeout is "601s"`, "at most 10m"],
    ["/v1/operations/toloka/op-1/log?pageSize=0", `pageSize is "0"`, "a whole number from 1 to 10000"],
    ["/v1/operations/toloka/op-1/log?pageSize=10001", `pageSize is "10001"`, "a whole number from 1 to 10000"],
    ["/v1/operations/toloka/op-1/log?pageSize=ten", `pageSize is "ten"`, "a whole number from 1 to 10000"],
    ["/v1/operations/toloka/op-1/log?pageToken=-1", `pageToken is "-1"`, "a nextPageToken"]
  ]

  for (const [path, named, right] of badInputs) {
    it.live(`is refused with its value named: ${path}`, () =>
      Effect.gen(function* () {
        const { cloud, request, toloka } = yield* start
        const answer = yield* request("", { path })
        assert.strictEqual(answer.status, 400)
        assert.strictEqual(answer.headers["content-type"], "application/problem+json")
        const problem = json(answer)
        assert.strictEqual(problem["type"], "urn:opwatch:problem:bad-input")
        assert.include(String(problem["detail"]), named)
        assert.include(String(problem["detail"]), right)
        assert.deepStrictEqual([cloud.counts.polls, toloka.counts.polls, toloka.counts.logs], [0, 0, 0])
      })
    )
  }

  for (const suffix of ["", "/wait", "/events", "/log", "/explanation"]) {
    it.live(`names the sources there are when it asks for another${suffix && ` on ${suffix}`}`, () =>
      Effect.gen(function* () {
        const { request } = yield* start
        const answer = yield* request(`/v1/operations/nowhere/op-1${suffix}`)
        assert.strictEqual(answer.status, 404)
        assert.strictEqual(json(answer)["type"], "urn:opwatch:problem:source-not-found")
        assert.include(String(json(answer)["detail"]), "toloka, cloud")
      })
    )
  }

  it.live("is a problem for unknown routes and methods", () =>
    Effect.gen(function* () {
      const { request } = yield* start
      for (const [method, path] of [
        ["GET", "/"],
        ["GET", "/V1/sources"],
        ["GET", "/v1/operations/cloud/op-1/nothing"],
        ["DELETE", "/v1/operations/cloud/op-1/nothing"]
      ] as const) {
        const answer = yield* request(path, { method })
        assert.strictEqual(answer.status, 404)
        assert.strictEqual(answer.headers["content-type"], "application/problem+json")
        assert.strictEqual(json(answer)["type"], "urn:opwatch:problem:route-not-found")
        assert.include(String(json(answer)["detail"]), `${method} ${path}`)
      }
    })
  )

  it.live("lets an id be as long as an index can take, and no longer", () =>
    Effect.gen(function* () {
      const { cloud, request } = yield* start
      const id = "a".repeat(500)
      cloud.set(id, { state: "running" })
      assert.strictEqual(json(yield* request(`/v1/operations/cloud/${id}`))["id"], id)
      const longer = yield* request(`/v1/operations/cloud/${id}a`)
      assert.strictEqual(longer.status, 400)
      assert.include(String(json(longer)["detail"]), "up to 500 letters")
    })
  )
})
