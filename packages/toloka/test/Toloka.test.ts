import { assert, describe, expect, layer } from "@effect/vitest"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Authorization from "@opwatch/rest/Authorization"
import { OperationId, SourceName } from "@opwatch/core/Reference"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import * as Toloka from "../src/Toloka.ts"

type Answers = Record<string, readonly [status: number, body: unknown]>

/** Toloka on loopback with these answers by path, and what it was asked. */
const serving = Effect.fnUntraced(function* (answers: Answers) {
  const requests: Array<string> = []
  const server = createServer(({ method, url = "" }, response) => {
    requests.push(`${method} ${url}`)
    const [status, body] = answers[url] ?? [404, { code: "DOES_NOT_EXIST", message: "Operation does not exist" }]
    response.writeHead(status, { "x-request-id": "r-1" }).end(JSON.stringify(body))
  })
  yield* Effect.acquireRelease(
    Effect.callback<void>((resume) => void server.listen(0, "127.0.0.1", () => resume(Effect.void))),
    () => Effect.sync(() => server.close().closeAllConnections())
  )
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1`
  const provider = yield* Toloka.make({
    source: SourceName.make("toloka"),
    url,
    formerUrls: ["https://old.example.com/api/v1"],
    authorization: Authorization.none,
    rateLimit: { requests: 1_000, per: Duration.seconds(1) }
  })
  return { provider, requests, url }
})

const operationPath = "/api/v1/operations/op-1"
const logPath = "/api/v1/operations/op-1/log"
const id = OperationId.make("op-1")

layer(NodeHttpClient.layerUndici)("Toloka", (it) => {
  it.effect("says where it is and what it can do", () =>
    Effect.gen(function* () {
      const { provider, url } = yield* serving({})
      expect(provider).toMatchObject({
        source: "toloka",
        name: "toloka",
        urls: [url, "https://old.example.com/api/v1"],
        capabilities: { cancel: false, list: true, log: true }
      })
    })
  )

  it.effect("gets an operation, seen now", () =>
    Effect.gen(function* () {
      const sent = { id: "op-1", type: "POOL.OPEN", status: "RUNNING", parameters: { pool_id: 12 } }
      const { provider, requests } = yield* serving({ [operationPath]: [200, sent] })
      yield* TestClock.setTime(Date.UTC(2030, 0, 2, 3, 4, 5, 678))
      expect(yield* provider.get(id)).toMatchObject({
        ref: "toloka/op-1",
        state: "running",
        target: { type: "pool", id: "12" },
        observedAt: "2030-01-02T03:04:05.678Z"
      })
      assert.deepStrictEqual(requests, [`GET ${operationPath}`])
    })
  )

  it.effect("takes an answer that is no operation for malformed", () =>
    Effect.gen(function* () {
      const { provider } = yield* serving({ [operationPath]: [200, { items: [] }] })
      expect(yield* Effect.flip(provider.get(id))).toMatchObject({
        source: "toloka",
        id: "op-1",
        reason: { _tag: "MalformedAnswer" },
        message: 'the answer is no operation: it has no "id"'
      })
    })
  )

  it.effect("fails with what Toloka said", () =>
    Effect.gen(function* () {
      const body = { request_id: "body-id", code: "ACCESS_DENIED", message: "Not yours" }
      const { provider } = yield* serving({ [operationPath]: [403, body] })
      expect(yield* Effect.flip(provider.get(id))).toMatchObject({
        id: "op-1",
        reason: { _tag: "Forbidden" },
        code: "ACCESS_DENIED",
        message: "Not yours (ACCESS_DENIED)",
        requestId: "body-id"
      })
    })
  )

  it.effect("cannot cancel, and does not try", () =>
    Effect.gen(function* () {
      const { provider, requests } = yield* serving({})
      expect(yield* Effect.flip(provider.cancel(id))).toMatchObject({
        id: "op-1",
        reason: { _tag: "Unsupported" },
        message: "Toloka cannot cancel an operation",
        hint: "it goes on until it ends by itself"
      })
      assert.deepStrictEqual(requests, [])
    })
  )

  describe("the log", () => {
    it.effect("comes step by step in its order", () =>
      Effect.gen(function* () {
        const { provider, requests } = yield* serving({
          [logPath]: [
            200,
            [
              { type: "TASK_CREATE", success: true, input: { __item_idx: "1" }, output: { task_id: "t" } },
              { type: "TASK_VALIDATE", success: false, input: { __item_idx: "0" }, output: { n: { code: "C" } } }
            ]
          ]
        })
        expect(yield* Stream.runCollect(provider.log(id))).toMatchObject([
          { ref: "toloka/op-1", index: 0, item: 1, created: { type: "task", id: "t" } },
          { ref: "toloka/op-1", index: 1, item: 0, errors: [{ field: "n", code: "C", message: "C" }] }
        ])
        assert.deepStrictEqual(requests, [`GET ${logPath}`])
      })
    )

    it.effect("may hold nothing, or one step without a list around it", () =>
      Effect.gen(function* () {
        const empty = yield* serving({ [logPath]: [200, []] })
        assert.deepStrictEqual(yield* Stream.runCollect(empty.provider.log(id)), [])
        const bare = yield* serving({ [logPath]: [200, { type: "TASK_CREATE", success: true }] })
        expect(yield* Stream.runCollect(bare.provider.log(id))).toMatchObject([{ index: 0, type: "TASK_CREATE" }])
      })
    )

    const missing = Effect.fnUntraced(function* (answers: Answers) {
      const { provider, requests } = yield* serving(answers)
      const error = yield* Effect.flip(Stream.runDrain(provider.log(id)))
      return { error, requests }
    })

    it.effect("of an operation that has not started is not there yet", () =>
      Effect.gen(function* () {
        const pending = { id: "op-1", type: "TASK.BATCH_CREATE", status: "PENDING" }
        const { error, requests } = yield* missing({ [operationPath]: [200, pending] })
        expect(error).toMatchObject({
          id: "op-1",
          reason: { _tag: "Unsupported" },
          message: "TASK.BATCH_CREATE has not started, so there is no log yet",
          hint: "try again later"
        })
        assert.deepStrictEqual(requests, [`GET ${logPath}`, `GET ${operationPath}`])
      })
    )

    it.effect("of a kind without one is not there at all", () =>
      Effect.gen(function* () {
        const closed = { id: "op-1", type: "POOL.CLOSE", status: "SUCCESS" }
        const { error } = yield* missing({ [operationPath]: [200, closed] })
        expect(error).toMatchObject({
          reason: { _tag: "Unsupported" },
          message: "there is no log for POOL.CLOSE",
          hint: "Toloka logs asynchronous creates of tasks, suites and bonuses only, and keeps a log for a month"
        })
      })
    )

    it.effect("of an operation that is not there fails as the operation does", () =>
      Effect.gen(function* () {
        const { error, requests } = yield* missing({})
        expect(error).toMatchObject({
          reason: { _tag: "OperationNotFound" },
          code: "DOES_NOT_EXIST",
          message: "Operation does not exist (DOES_NOT_EXIST)",
          requestId: "r-1"
        })
        assert.deepStrictEqual(requests, [`GET ${logPath}`, `GET ${operationPath}`])
      })
    )

    it.effect("that has been archived is not there any more, whatever the operation", () =>
      Effect.gen(function* () {
        const body = { code: "OPERATION_LOGS_ARCHIVED", message: "Logs are archived" }
        const { error, requests } = yield* missing({ [logPath]: [404, body] })
        expect(error).toMatchObject({ reason: { _tag: "Unsupported" }, code: "OPERATION_LOGS_ARCHIVED" })
        assert.lengthOf(requests, 1)
      })
    )
  })
})
