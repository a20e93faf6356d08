import { assert, describe, expect, layer } from "@effect/vitest"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Headers from "effect/http/Headers"
import * as Authorization from "../src/Authorization.ts"
import { Forbidden, ProviderError, Unauthenticated } from "@opwatch/core/ProviderError"
import { SourceName } from "@opwatch/core/Reference"
import { type Judgement, maxBodyBytes } from "../src/RestClient.ts"
import { answering, client, type LocalServer, request, secret, serve } from "./LocalServer.ts"

const failing = Effect.fnUntraced(function* (server: LocalServer) {
  const { json } = yield* client(server.url)
  const error = yield* Effect.flip(json(request))
  return { ...error, message: error.message.replaceAll(server.host, "<host>") }
})

layer(NodeHttpClient.layerUndici)("RestClient", (it) => {
  describe("a request", () => {
    it.effect("goes to the path under the base URL, whose final slash does not count", () =>
      Effect.gen(function* () {
        const server = yield* answering(200, "{}")
        const { json } = yield* client(`${server.url}/api/v1/`)
        yield* json({ ...request, method: "POST" })
        expect(server.requests[0]).toMatchObject({
          method: "POST",
          url: "/api/v1/operations/op-1",
          headers: { accept: "application/json", authorization: `OAuth ${secret}` }
        })
      })
    )

    it.effect("carries no credential where none is needed", () =>
      Effect.gen(function* () {
        const server = yield* answering(200, "{}")
        const { json } = yield* client(server.url, { authorization: Authorization.none })
        yield* json(request)
        assert.notProperty(server.requests[0]?.headers, "authorization")
      })
    )

    it.effect("is not sent when there is no credential to be had", () =>
      Effect.gen(function* () {
        const server = yield* answering(200, "{}")
        const missing = new ProviderError({
          source: SourceName.make("local"),
          reason: new Unauthenticated(),
          message: "there is none"
        })
        const { json } = yield* client(server.url, { authorization: Authorization.unusable(missing) })
        assert.strictEqual(yield* Effect.flip(json(request)), missing)
        assert.lengthOf(server.requests, 0)
      })
    )
  })

  describe("a success", () => {
    it.effect.each([
      [200, `{"id":"op-1","text":"щ 😀","n":1.50,"none":null}`],
      [202, "[1]"],
      [203, " null "]
    ] as const)("of status and body %j is the JSON of it", ([status, body]) =>
      Effect.gen(function* () {
        const { json } = yield* client((yield* answering(status, body)).url)
        assert.deepStrictEqual(yield* json(request), JSON.parse(body))
      })
    )

    it.effect("is put together from pieces that cut letters apart", () =>
      Effect.gen(function* () {
        const bytes = Buffer.from(JSON.stringify("щ😀".repeat(50)))
        const server = yield* serve((_, response) => {
          for (let index = 0; index < bytes.length; index += 3) response.write(bytes.subarray(index, index + 3))
          response.end()
        })
        assert.strictEqual(yield* (yield* client(server.url)).json(request), "щ😀".repeat(50))
      })
    )

    it.effect.each([
      ["", "it is empty"],
      ["<!doctype html>\n<title>Sign in</title>", "it looks like HTML or XML"],
      [
        '{\n  "parameters" : {\n    "open_pool" : fase\n  }\n}',
        'invalid symbol at line 3, column 19, near "\\"open_pool\\" : fase"'
      ]
    ] as const)("that is no JSON is a malformed answer: %j", ([body, problem]) =>
      Effect.gen(function* () {
        const error = yield* failing(yield* answering(200, body, { "x-request-id": "r-1", "x-server-trace-id": "t-1" }))
        expect(error).toMatchObject({
          reason: { _tag: "MalformedAnswer" },
          id: "op-1",
          requestId: "r-1",
          traceId: "t-1"
        })
        assert.strictEqual(error.message, `the answer of <host> is not JSON: ${problem}`)
      })
    )

    it.effect("may be 16 MiB large and no larger", () =>
      Effect.gen(function* () {
        const largest = `"${"x".repeat(maxBodyBytes - 2)}"`
        const { json } = yield* client((yield* answering(200, largest)).url)
        assert.strictEqual(JSON.stringify(yield* json(request)).length, maxBodyBytes)
        const error = yield* failing(yield* answering(200, `${largest} `))
        assert.strictEqual(error.reason._tag, "MalformedAnswer")
        assert.strictEqual(error.message, "the answer of <host> is larger than 16 MiB")
      })
    )

    it.effect("without an end is given up at 16 MiB, and its connection closed", () =>
      Effect.gen(function* () {
        let sent = 0
        const server = yield* serve((_, response) => {
          const more = () => {
            while (!response.closed && response.write(" ".repeat(65_536))) sent += 65_536
            if (!response.closed) response.once("drain", more)
          }
          more()
        })
        assert.strictEqual((yield* failing(server)).reason._tag, "MalformedAnswer")
        assert.isBelow(sent, 2 * maxBodyBytes)
      })
    )
  })

  describe("a refusal", () => {
    it.effect.each([
      [400, "Rejected"],
      [401, "Unauthenticated"],
      [403, "Forbidden"],
      [404, "OperationNotFound"],
      [429, "Throttled"],
      [500, "Unavailable"],
      [501, "Unsupported"],
      [503, "Unavailable"]
    ] as const)("is told by its status and reason %j", ([status, reason]) =>
      Effect.gen(function* () {
        for (const body of ["", "<html>no</html>", '{"code":"X"}']) {
          const error = yield* failing(yield* answering(status, body, { "x-request-id": "r-1" }))
          assert.strictEqual(error.reason._tag, reason)
          assert.strictEqual(error.message, `<host> answered with status ${status}`)
          assert.strictEqual(error.requestId, "r-1")
        }
      })
    )

    it.effect("says for how long to pause, in seconds or until a date", () =>
      Effect.gen(function* () {
        const seconds = yield* failing(yield* answering(429, "", { "retry-after": "7" }))
        assert.propertyVal(seconds.reason, "retryAfterMillis", 7_000)
        const now = yield* DateTime.now
        const date = Headers.formatHttpDate(DateTime.add(now, { seconds: 90 }))
        const dated = yield* failing(yield* answering(503, "", { "retry-after": date }))
        assert.propertyVal(dated.reason, "retryAfterMillis", 90_000)
        const never = yield* failing(yield* answering(429, "", { "retry-after": "9".repeat(400) }))
        assert.strictEqual(never.reason._tag, "Throttled")
      })
    )

    it.effect("is judged by its status, body and pause; what the judge leaves open comes from the answer", () =>
      Effect.gen(function* () {
        const server = yield* answering(409, '{"code":"BUSY"}', {
          "retry-after": "2",
          "x-request-id": "header-id",
          "x-server-trace-id": "t-1"
        })
        const judged = (judgement: Judgement) =>
          Effect.flatMap(
            client(server.url, {
              judge: (refusal) => {
                assert.deepStrictEqual(refusal, { status: 409, body: { code: "BUSY" }, retryAfterMillis: 2_000 })
                return judgement
              }
            }),
            ({ json }) => Effect.flip(json(request))
          )
        const full = { code: "BUSY", message: "it is busy", hint: "come back", requestId: "body-id" }
        expect(yield* judged({ reason: new Forbidden(), ...full })).toMatchObject({
          ...full,
          source: "local",
          id: "op-1",
          reason: { _tag: "Forbidden" },
          traceId: "t-1"
        })
        const bare = { code: undefined, message: undefined, hint: undefined, requestId: undefined }
        expect(yield* judged({ reason: new Forbidden(), ...bare })).toMatchObject({
          message: `${server.host} answered with status 409`,
          requestId: "header-id"
        })
      })
    )

    it.effect("by redirect is not followed, to this host or to another", () =>
      Effect.gen(function* () {
        const other = yield* answering(200, '{"id":"op-1"}')
        for (const status of [301, 302, 303, 307, 308]) {
          const server = yield* serve(({ url }, response) => {
            const location = url === "/operations/op-1" ? "/elsewhere" : `${other.url}/operations/op-1`
            response.writeHead(status, { location }).end()
          })
          const same = yield* failing(server)
          assert.strictEqual(same.reason._tag, "Redirected")
          assert.strictEqual(
            same.message,
            "<host> redirects to /elsewhere; credentials go to the configured host only, so it was not followed"
          )
          const { json } = yield* client(`${server.url}/v1`)
          const away = yield* Effect.flip(json(request))
          assert.strictEqual(away.reason._tag, "Redirected")
          assert.include(away.message, `redirects to ${other.url}/operations/op-1;`)
          assert.lengthOf(server.requests, 2)
        }
        assert.lengthOf(other.requests, 0)
      })
    )

    it.effect("without a place to go to is a redirect to nowhere", () =>
      Effect.gen(function* () {
        assert.include((yield* failing(yield* answering(304, ""))).message, "<host> redirects to nowhere;")
      })
    )
  })
})
