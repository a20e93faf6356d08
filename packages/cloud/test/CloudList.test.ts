import { assert, expect, it, layer } from "@effect/vitest"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import type { ListQuery } from "@opwatch/core/ListQuery"
import type { Operation } from "@opwatch/core/Operation"
import { SourceName } from "@opwatch/core/Reference"
import { Timestamp } from "@opwatch/core/Timestamp"
import * as Authorization from "@opwatch/rest/Authorization"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import * as Cloud from "../src/Cloud.ts"
import * as Network from "./Network.ts"

const options = {
  source: SourceName.make("cloud"),
  authorization: Authorization.none,
  rateLimit: { requests: 1_000, per: Duration.seconds(1) }
}
const resource = "compute/instances/fhm1"
const group = "compute/instanceGroups/cl1"

type Query = Readonly<Record<string, string>>

/** The services on loopback, answered by the test: a page, or the status of an error. */
const serving = Effect.fnUntraced(function* (answer: (query: Query, request: number) => unknown) {
  const requests: Array<readonly [path: string, query: Query]> = []
  const server = createServer(({ url = "" }, response) => {
    const { pathname, searchParams } = new URL(url, "http://host")
    const query = Object.fromEntries(searchParams)
    requests.push([pathname, query])
    const body = answer(query, requests.length)
    response.writeHead(typeof body === "number" ? body : 200).end(typeof body === "number" ? "" : JSON.stringify(body))
  })
  yield* Effect.acquireRelease(
    Effect.callback<void>((resume) => void server.listen(0, "127.0.0.1", () => resume(Effect.void))),
    () => Effect.sync(() => server.close().closeAllConnections())
  )
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider = yield* Cloud.make({ ...options, url })
  return { list: (query: ListQuery) => ids(provider.list(query)), provider, requests }
})

const ids = <E>(operations: Stream.Stream<Operation, E>) =>
  Effect.map(Stream.runCollect(operations), (found) => found.map(({ id }) => String(id)))

const sent = (id: string, rest: object = {}) => ({ id, createdAt: "2024-05-06T12:00:00Z", ...rest })

layer(NodeHttpClient.layerUndici)("The cloud's list", (it) => {
  it.effect("goes from page to page by their tokens", () =>
    Effect.gen(function* () {
      const { list, requests } = yield* serving(({ pageToken }) =>
        pageToken === undefined
          ? { operations: [sent("a"), sent("b")], nextPageToken: "t/1+ =" }
          : pageToken === "t/1+ ="
            ? { nextPageToken: "t2" }
            : { operations: [sent("c")], nextPageToken: "" }
      )
      assert.deepStrictEqual(yield* list({ resource }), ["a", "b", "c"])
      const path = "/compute/v1/instances/fhm1/operations"
      assert.deepStrictEqual(requests, [
        [path, { pageSize: "100" }],
        [path, { pageSize: "100", pageToken: "t/1+ =" }],
        [path, { pageSize: "100", pageToken: "t2" }]
      ])
    })
  )

  it.effect("gives an operation that comes again at the start of the next page once", () =>
    Effect.gen(function* () {
      const { list } = yield* serving(({ pageToken }) =>
        pageToken === undefined
          ? { operations: [sent("a"), sent("b")], nextPageToken: "1" }
          : { operations: [sent("b"), sent("c")] }
      )
      assert.deepStrictEqual(yield* list({ resource }), ["a", "b", "c"])
    })
  )

  it.effect("is broken off where a page token comes again, for it would never end", () =>
    Effect.gen(function* () {
      const { list, requests } = yield* serving((_, request) => ({
        operations: [sent(`op-${request}`)],
        nextPageToken: String(request % 3)
      }))
      expect(yield* Effect.flip(list({ resource }))).toMatchObject({
        reason: { _tag: "MalformedAnswer" },
        message: "the list never ends: one of its page tokens came again"
      })
      assert.lengthOf(requests, 4)
    })
  )

  it.effect("is empty where the answer is", () =>
    Effect.gen(function* () {
      const { list } = yield* serving((_, request) => (request === 1 ? {} : { operations: null, nextPageToken: null }))
      assert.deepStrictEqual([yield* list({ resource }), yield* list({ resource })], [[], []])
    })
  )

  it.effect("asks for what is unfinished where the service can tell", () =>
    Effect.gen(function* () {
      const { list, requests } = yield* serving(() => ({}))
      const asked: ReadonlyArray<ListQuery> = [
        { done: false },
        { state: "rolling_back" },
        { state: "failed" },
        { done: true }
      ]
      for (const query of asked) yield* list({ ...query, resource: group })
      yield* list({ done: false, resource })
      assert.deepStrictEqual(
        requests.map(([, { filter }]) => filter),
        ["done=false", "done=false", undefined, undefined, undefined]
      )
    })
  )

  it.effect("tells apart what the service cannot", () =>
    Effect.gen(function* () {
      const metadata = { "@type": "type.googleapis.com/yandex.cloud.compute.v1.StartInstanceMetadata" }
      const { list } = yield* serving(() => ({
        operations: [
          sent("a"),
          sent("b", { done: true, error: { code: 8, message: "No" } }),
          sent("c", { createdAt: "2024-05-06T12:00:00.000000001Z", metadata })
        ]
      }))
      assert.deepStrictEqual(yield* list({ resource, state: "failed" }), ["b"])
      assert.deepStrictEqual(yield* list({ resource, done: false }), ["a", "c"])
      assert.deepStrictEqual(yield* list({ resource, kind: "yandex.cloud.compute.v1.StartInstance" }), ["c"])
      const since = Timestamp.make("2024-05-06T12:00:00.000000001Z")
      assert.deepStrictEqual(yield* list({ resource, since }), ["c"])
    })
  )

  it.effect("asks for a few where a few are wanted, and for no page before it is", () =>
    Effect.gen(function* () {
      const { list, requests } = yield* serving((_, request) => ({
        operations: [sent(`a${request}`), sent(`b${request}`)],
        nextPageToken: String(request)
      }))
      assert.deepStrictEqual(yield* list({ resource, limit: 2 }), ["a1", "b1"])
      yield* list({ resource, limit: 1, state: "running" })
      assert.deepStrictEqual(
        requests.map(([, { pageSize }]) => pageSize),
        ["2", "100"]
      )
    })
  )

  it.effect.each<readonly [ListQuery, string, RegExp]>([
    [{}, "Unsupported", /one resource at a time: name one, as in compute\/instances\/<id>$/],
    [{ resource, order: "oldest" }, "Unsupported", /newest operations first$/],
    [{ resource: "compute/vms/fhm1" }, "InvalidQuery", /is no resource whose operations can be listed$/],
    [{ resource: "compute/instances/.." }, "InvalidQuery", /is no resource whose operations can be listed$/]
  ])("refuses %j without a request", ([query, reason, message]) =>
    Effect.gen(function* () {
      const { list, requests } = yield* serving(() => ({}))
      const error = yield* Effect.flip(list(query))
      assert.strictEqual(error.reason._tag, reason)
      assert.match(error.message, message)
      assert.property(error, "hint")
      assert.deepStrictEqual(requests, [])
    })
  )

  it.effect.each([[], { operations: {} }, { operations: [{ done: true }] }, { operations: [sent("a:cancel")] }])(
    "takes %j for malformed",
    (page) =>
      Effect.gen(function* () {
        const { list } = yield* serving(() => page)
        assert.strictEqual((yield* Effect.flip(list({ resource }))).reason._tag, "MalformedAnswer")
      })
  )

  it.effect("asks again for a page that broke off", () =>
    Effect.gen(function* () {
      const pages = [{ operations: [sent("a")], nextPageToken: "1" }, 503, { operations: [sent("b")] }]
      const { list, requests } = yield* serving((_, request) => pages[request - 1])
      assert.deepStrictEqual(yield* TestClock.withLive(list({ resource })), ["a", "b"])
      assert.deepStrictEqual(requests[1], requests[2])
    })
  )

  it.effect("says what to check where there is no such resource", () =>
    Effect.gen(function* () {
      const { list } = yield* serving(() => 404)
      expect(yield* Effect.flip(list({ resource }))).toMatchObject({
        reason: { _tag: "OperationNotFound" },
        hint: "check the id of the resource; ids do not cross between installations (cloud, cloud-kz)"
      })
    })
  )
})

it.effect("sends the credential to the hosts that discovery names, and none to discovery itself", () =>
  Effect.gen(function* () {
    const { client, sent: requests } = Network.make({
      "https://api.example.com/endpoints": {
        endpoints: [
          { id: "compute", address: "compute.example.com:443" },
          { id: "vpc", address: "vpc.example.com:443" }
        ]
      },
      "https://compute.example.com/compute/v1/instances/fhm1/operations": { operations: [sent("a")] },
      "https://vpc.example.com/vpc/v1/networks/enp1/operations": { operations: [sent("b")] }
    })
    const { list } = yield* Cloud.make({
      ...options,
      url: "https://operation.example.com",
      endpointsUrl: "https://api.example.com",
      authorization: { ...Authorization.none, header: Effect.succeed(Option.some(Redacted.make("Bearer t1.a.b"))) }
    }).pipe(Effect.provideService(HttpClient.HttpClient, client))
    assert.deepStrictEqual(yield* ids(list({ resource })), ["a"])
    assert.deepStrictEqual(yield* ids(list({ resource: "vpc/networks/enp1" })), ["b"])
    assert.strictEqual((yield* Effect.flip(ids(list({ resource: "dns/zones/1" })))).reason._tag, "Unsupported")
    assert.deepStrictEqual(requests, [
      { url: "https://api.example.com/endpoints", authorization: undefined },
      {
        url: "https://compute.example.com/compute/v1/instances/fhm1/operations?pageSize=100",
        authorization: "Bearer t1.a.b"
      },
      { url: "https://vpc.example.com/vpc/v1/networks/enp1/operations?pageSize=100", authorization: "Bearer t1.a.b" }
    ])
  })
)
