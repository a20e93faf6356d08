import { assert, describe, expect, layer } from "@effect/vitest"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Authorization from "@opwatch/rest/Authorization"
import { OperationId, SourceName } from "@opwatch/core/Reference"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Json } from "effect/Schema"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import * as Cloud from "../src/Cloud.ts"

const id = OperationId.make("fhm1")
const source = SourceName.make("cloud")
const running = { id: "fhm1", done: false }

type Answer = readonly [status: number, body: Json, headers?: Readonly<Record<string, string>>]

/** The operation service on loopback: what it answers to each request, in order, and what it was asked. */
const serving = Effect.fnUntraced(function* (...answers: ReadonlyArray<Answer>) {
  const requests: Array<string> = []
  const server = createServer(({ method, url }, response) => {
    const [status, body, headers = {}] = answers[requests.length] ?? [500, null]
    requests.push(`${method} ${url}`)
    response
      .writeHead(status, { "x-request-id": "r-1", "x-server-trace-id": "t-1", ...headers })
      .end(typeof body === "string" ? body : JSON.stringify(body))
  })
  yield* Effect.acquireRelease(
    Effect.callback<void>((resume) => void server.listen(0, "127.0.0.1", () => resume(Effect.void))),
    () => Effect.sync(() => server.close().closeAllConnections())
  )
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider = yield* Cloud.make({
    source,
    url,
    authorization: Authorization.none,
    rateLimit: { requests: 1_000, per: Duration.seconds(1) }
  })
  return { provider, requests, url }
})

layer(NodeHttpClient.layerUndici)("Cloud", (it) => {
  it.effect("says where it is and what it can do", () =>
    Effect.gen(function* () {
      const { provider, url } = yield* serving()
      expect(provider).toMatchObject({
        source: "cloud",
        name: "cloud",
        urls: [url],
        capabilities: { cancel: true, list: true, log: false }
      })
    })
  )

  it.effect("gets an operation, seen now", () =>
    Effect.gen(function* () {
      const { provider, requests } = yield* serving([200, { ...running, description: "Create disk" }])
      yield* TestClock.setTime(Date.UTC(2030, 0, 2, 3, 4, 5, 678))
      expect(yield* provider.get(id)).toMatchObject({
        ref: "cloud/fhm1",
        state: "running",
        description: "Create disk",
        observedAt: "2030-01-02T03:04:05.678Z"
      })
      assert.deepStrictEqual(requests, ["GET /operations/fhm1"])
    })
  )

  it.effect("tells the pause that the cloud wishes before the next poll, in whole seconds", () =>
    Effect.gen(function* () {
      const wishing = (value: string): Answer => [200, running, { "x-operation-poll-interval": value }]
      const { provider } = yield* serving(wishing("7"), wishing("0"), wishing("soon"), wishing("-1"), [200, running])
      const pauses = yield* Effect.replicateEffect(provider.poll(id), 5)
      assert.deepStrictEqual(
        pauses.map(({ pause }) => (pause === undefined ? undefined : Duration.toSeconds(pause))),
        [7, 0, undefined, undefined, undefined]
      )
    })
  )

  it.effect("fails with what the cloud said and the ids that support asks for", () =>
    Effect.gen(function* () {
      const details = [{ "@type": "type.googleapis.com/google.rpc.RequestInfo", requestId: "body-id" }]
      const { provider } = yield* serving([403, { code: 7, message: "Not yours" }], [403, { code: 7, details }])
      expect(yield* Effect.flip(provider.get(id))).toMatchObject({
        id: "fhm1",
        reason: { _tag: "Forbidden" },
        code: "PERMISSION_DENIED",
        message: "Not yours (PERMISSION_DENIED)",
        requestId: "r-1",
        traceId: "t-1"
      })
      expect(yield* Effect.flip(provider.get(id))).toMatchObject({ requestId: "body-id", traceId: "t-1" })
    })
  )

  it.effect("takes an answer that is no operation for malformed", () =>
    Effect.gen(function* () {
      const { provider } = yield* serving([200, { operations: [] }])
      expect(yield* Effect.flip(provider.get(id))).toMatchObject({
        id: "fhm1",
        reason: { _tag: "MalformedAnswer" },
        message: 'the answer is no operation: it has no "id"'
      })
    })
  )

  it.effect("has no log of most operations", () =>
    Effect.gen(function* () {
      const { provider, requests } = yield* serving([200, running])
      expect(yield* Effect.flip(Stream.runDrain(provider.log(id)))).toMatchObject({
        id: "fhm1",
        reason: { _tag: "Unsupported" },
        message: "Yandex Cloud keeps no log of this operation; only managed databases have one",
        hint: "what is known of it is in `opwatch explain cloud/fhm1`"
      })
      assert.deepStrictEqual(requests, ["GET /operations/fhm1"])
    })
  )

  it.effect("gives the log that a managed database carries in its operation", () =>
    Effect.gen(function* () {
      const operationLog = { entities: [{ clusterId: "c9q1", action: "Updating cluster" }] }
      const { provider } = yield* serving([200, { ...running, metadata: { clusterId: "c9q1", operationLog } }])
      expect(yield* Stream.runCollect(provider.log(id))).toMatchObject([
        { ref: "cloud/fhm1", index: 0, type: "Updating cluster", input: { clusterId: "c9q1" } }
      ])
    })
  )

  it.effect("fails to give a log as it fails to give the operation", () =>
    Effect.gen(function* () {
      const { provider } = yield* serving([404, { code: 5, message: "Not found" }])
      expect(yield* Effect.flip(Stream.runDrain(provider.log(id)))).toMatchObject({
        reason: { _tag: "OperationNotFound" }
      })
    })
  )

  describe("a cancel", () => {
    it.effect("is asked once and gives the operation as it stands", () =>
      Effect.gen(function* () {
        const { provider, requests } = yield* serving([200, running])
        expect(yield* provider.cancel(id)).toMatchObject({ ref: "cloud/fhm1", state: "running" })
        assert.deepStrictEqual(requests, ["GET /operations/fhm1:cancel"])
      })
    )

    it.effect.each<Answer>([
      [404, { code: 5, message: "Not found" }],
      [404, "<html>Not found</html>"],
      [405, ""],
      [405, { code: 12, message: "Method Not Allowed" }],
      [501, { code: 12, message: "Not implemented" }]
    ])("is asked once more with the other verb after %j", (refusal) =>
      Effect.gen(function* () {
        const { provider, requests } = yield* serving(refusal, [200, running])
        expect(yield* provider.cancel(id)).toMatchObject({ state: "running" })
        assert.deepStrictEqual(requests, ["GET /operations/fhm1:cancel", "POST /operations/fhm1:cancel"])
        const never = yield* serving(refusal, refusal)
        yield* Effect.flip(never.provider.cancel(id))
        assert.lengthOf(never.requests, 2)
      })
    )

    it.effect.each<readonly [status: number, body: Json, reason: string]>([
      [400, { code: 3, message: "No" }, "Rejected"],
      [400, "<html>Bad request</html>", "Rejected"],
      [401, { code: 16, message: "No" }, "Unauthenticated"],
      [403, { code: 7, message: "No" }, "Forbidden"],
      [409, { code: 10, message: "No" }, "Rejected"],
      [429, { code: 8, message: "No" }, "Throttled"],
      [500, { code: 13, message: "No" }, "Unavailable"],
      [502, "<html></html>", "Unavailable"],
      [200, "", "MalformedAnswer"]
    ])("is not repeated after %d %j: %s", ([status, body, reason]) =>
      Effect.gen(function* () {
        const { provider, requests } = yield* serving([status, body], [200, running])
        assert.strictEqual((yield* Effect.flip(provider.cancel(id))).reason._tag, reason)
        assert.deepStrictEqual(requests, ["GET /operations/fhm1:cancel"])
      })
    )

    it.effect("that came after the end is one that the cloud cannot do", () =>
      Effect.gen(function* () {
        const { provider } = yield* serving([400, { code: 9, message: "Already finished" }])
        expect(yield* Effect.flip(provider.cancel(id))).toMatchObject({
          _tag: "ProviderError",
          id: "fhm1",
          reason: { _tag: "Unsupported" },
          code: "FAILED_PRECONDITION",
          message: "Already finished (FAILED_PRECONDITION)",
          hint: "it may have ended before the cancel came",
          requestId: "r-1",
          traceId: "t-1"
        })
      })
    )
  })
})
