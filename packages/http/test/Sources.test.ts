import { assert, describe, it } from "@effect/vitest"
import { InvalidQuery, Throttled, Unauthenticated } from "@opwatch/core/ProviderError"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as References from "effect/References"
import * as Stream from "effect/Stream"
import type { Answer } from "./Serving.ts"
import { json, listen, start, until } from "./Serving.ts"

const lines = ({ text }: Pick<Answer, "text">): ReadonlyArray<Record<string, unknown>> =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line))

describe("GET /v1/sources", () => {
  it.live("tells what there is, and nothing of credentials", () =>
    Effect.gen(function* () {
      const { request } = yield* start
      const answer = yield* request("/v1/sources")
      const urls = ["http://127.0.0.1:4010"]
      assert.strictEqual(answer.status, 200)
      assert.deepStrictEqual(json(answer), {
        sources: [
          { name: "toloka", provider: "toloka", urls, capabilities: { cancel: false, list: true, log: true } },
          { name: "cloud", provider: "cloud", urls, capabilities: { cancel: true, list: true, log: false } }
        ]
      })
    })
  )
})

const path = "/v1/sources/cloud/operations"

describe("GET …/operations", () => {
  it.live("passes the conditions on, and sends an operation a line", () =>
    Effect.gen(function* () {
      const { cloud, request } = yield* start
      cloud.setList(
        Stream.make({ state: "failed" }, { state: "running", kind: "yandex.cloud.compute.v1.CreateInstance" })
      )
      const query = {
        state: "running",
        done: "false",
        kind: "yandex.cloud.compute.v1.CreateInstance",
        since: "2024-05-06T10:08:09+03:00",
        until: "2024-05-07T00:00:00Z",
        resource: "compute/instances/i-1",
        limit: "5"
      }
      const answer = yield* request(`${path}?${new URLSearchParams(query)}`)
      assert.strictEqual(answer.status, 200)
      assert.strictEqual(answer.headers["content-type"], "application/x-ndjson")
      assert.deepStrictEqual(
        lines(answer).map(({ kind, ref, state }) => [ref, state, kind]),
        [
          ["cloud/listed-1", "failed", undefined],
          ["cloud/listed-2", "running", "yandex.cloud.compute.v1.CreateInstance"]
        ]
      )
      const asked: ReadonlyArray<unknown> = cloud.queries
      const since = "2024-05-06T07:08:09Z"
      assert.deepStrictEqual(asked, [{ ...query, done: false, since, limit: 5 }])
    })
  )

  it.live("answers with no line at all where nothing is listed", () =>
    Effect.gen(function* () {
      const { request } = yield* start
      const answer = yield* request(path)
      assert.deepStrictEqual([answer.status, answer.text], [200, ""])
    })
  )

  it.live.each([
    ["state=runing", /^state is "runing"/],
    ["limit=0", /^limit is "0": expected a whole number, 1 or more$/],
    ["since=yesterday", /^since is "yesterday": expected a time such as/],
    ["done=perhaps", /^done is "perhaps": expected true or false$/]
  ] as const)("refuses %s", ([query, detail]) =>
    Effect.gen(function* () {
      const { cloud, request } = yield* start
      const answer = yield* request(`${path}?${query}`)
      assert.deepStrictEqual([answer.status, json(answer)["type"]], [400, "urn:opwatch:problem:bad-input"])
      assert.match(String(json(answer)["detail"]), detail)
      assert.lengthOf(cloud.queries, 0)
    })
  )

  it.live("answers with a problem where it fails before the first line", () =>
    Effect.gen(function* () {
      const { cloud, request } = yield* start
      const typeOf = (answer: Answer) => [answer.status, json(answer)["type"], json(answer)["detail"]]
      const unknown = typeOf(yield* request("/v1/sources/elsewhere/operations"))
      assert.deepStrictEqual(unknown.slice(0, 2), [404, "urn:opwatch:problem:source-not-found"])
      cloud.setList(Stream.fail(new InvalidQuery()))
      const detail = "cloud says no to the list"
      assert.deepStrictEqual(typeOf(yield* request(path)), [400, "urn:opwatch:problem:bad-input", detail])
      cloud.setList(Stream.fail(new Throttled({ retryAfterMillis: 3_000 })))
      const throttled = yield* request(path)
      assert.deepStrictEqual(typeOf(throttled), [503, "urn:opwatch:problem:provider-throttled", detail])
      assert.strictEqual(throttled.headers["retry-after"], "3")
    })
  )

  it.live("says in its last line what made it fail later", () =>
    Effect.gen(function* () {
      const { cloud, request } = yield* start
      cloud.setList(Stream.concat(Stream.make({}, {}), Stream.fail(new Unauthenticated())))
      const answer = yield* request(path)
      const [first, second, last, ...rest] = lines(answer)
      assert.deepStrictEqual([answer.status, first?.["id"], second?.["id"], rest], [200, "listed-1", "listed-2", []])
      assert.deepInclude(last?.["problem"], {
        type: "urn:opwatch:problem:credential-refused",
        status: 502,
        reason: "Unauthenticated",
        detail: "cloud says no to the list"
      })
    })
  )

  it.live("breaks off, rather than end as if that were all, at a failure that nobody expected", () =>
    Effect.gen(function* () {
      const { cloud, url } = yield* start
      cloud.setList(Stream.concat(Stream.make({}), Stream.die(new Error("a mistake"))))
      const { end } = yield* listen(url + path)
      assert.isTrue(Exit.isFailure(yield* Effect.exit(end)))
    }).pipe(Effect.provideService(References.MinimumLogLevel, "None"))
  )

  it.live("asks the provider no further than it is read", () =>
    Effect.gen(function* () {
      const { cloud, url } = yield* start
      cloud.setList(Stream.map(Stream.range(1, 100_000), () => ({ description: "x".repeat(2_000) })))
      yield* Effect.scoped(
        Effect.gen(function* () {
          const controller = new AbortController()
          const response = yield* Effect.promise(() => fetch(url + path, { signal: controller.signal }))
          assert.strictEqual(response.status, 200)
          yield* until(() => cloud.counts.listed > 0)
          controller.abort()
        })
      )
      assert.isBelow(cloud.counts.listed, 20_000)
    })
  )
})
