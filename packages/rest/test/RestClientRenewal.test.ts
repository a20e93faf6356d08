import { assert, describe, layer } from "@effect/vitest"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as HttpBody from "effect/http/HttpBody"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import type { IncomingMessage } from "node:http"
import * as Authorization from "../src/Authorization.ts"
import type { RestRequest } from "../src/RestClient.ts"
import * as Token from "../src/Token.ts"
import { client, id, request, serve } from "./LocalServer.ts"
import { mint, outage } from "./Mint.ts"

/** A server that lets these tokens in, and the client of one that is issued tokens by number. */
const scene = Effect.fnUntraced(function* (good: ReadonlyArray<string>, refusal = 401) {
  const server = yield* serve(({ headers }, response) => {
    const isGood = good.some((token) => headers.authorization === `Bearer ${token}`)
    response.writeHead(isGood ? 200 : refusal).end(isGood ? '{"id":"op-1"}' : "{}")
  })
  const { issuer, state } = mint("12 hours")
  const authorization = Authorization.fromToken(() => "Bearer", yield* Token.cached(issuer))
  return { ...(yield* client(server.url, { authorization })), server, state }
})

const sent = (requests: ReadonlyArray<IncomingMessage>) => requests.map(({ headers }) => headers.authorization)
const first = "Bearer token-1"
const second = "Bearer token-2"
const cancel: RestRequest = { method: "POST", path: "/operations/op-1:cancel", id, body: HttpBody.text("{}") }

layer(NodeHttpClient.layerUndici)("RestClient whose token is refused", (it) => {
  it.effect("asks exactly once more, with the new token, and keeps it", () =>
    Effect.gen(function* () {
      const { json, server, state } = yield* scene(["token-2"])
      assert.deepStrictEqual(yield* json(request), { id: "op-1" })
      assert.deepStrictEqual(sent(server.requests), [first, second])
      yield* json(request)
      assert.deepStrictEqual(sent(server.requests), [first, second, second])
      assert.strictEqual(state.issued, 2)
    })
  )

  it.effect("does so for a list as well", () =>
    Effect.gen(function* () {
      const { elements, server } = yield* scene(["token-2"])
      assert.deepStrictEqual(yield* Stream.runCollect(elements(request)), [{ id: "op-1" }])
      assert.deepStrictEqual(sent(server.requests), [first, second])
    })
  )

  it.effect("gives up after two requests where the new one is refused too", () =>
    Effect.gen(function* () {
      const { json, server, state } = yield* scene(["token-3"])
      const error = yield* Effect.flip(json(request))
      assert.strictEqual(error.reason._tag, "Unauthenticated")
      assert.deepStrictEqual(sent(server.requests), [first, second])
      assert.strictEqual(state.issued, 2)
    })
  )

  it.effect("does not ask again with the same token", () =>
    Effect.gen(function* () {
      const same = Effect.succeed(Redacted.make("token-1"))
      const supplies = [
        Token.standing(same),
        yield* Token.cached(Effect.map(same, (token) => ({ token, expiresAt: Number.MAX_SAFE_INTEGER })))
      ]
      for (const supply of supplies) {
        const { server } = yield* scene([])
        const { json } = yield* client(server.url, { authorization: Authorization.fromToken(() => "Bearer", supply) })
        assert.strictEqual((yield* Effect.flip(json(request))).reason._tag, "Unauthenticated")
        assert.deepStrictEqual(sent(server.requests), [first])
      }
    })
  )

  it.effect("does not ask again without any token", () =>
    Effect.gen(function* () {
      const { server } = yield* scene([])
      const { json } = yield* client(server.url, { authorization: Authorization.none })
      assert.strictEqual((yield* Effect.flip(json(request))).reason._tag, "Unauthenticated")
      assert.deepStrictEqual(sent(server.requests), [undefined])
    })
  )

  it.effect("takes up a token that was replaced where it stands", () =>
    Effect.gen(function* () {
      let standing = "token-1"
      const server = yield* serve(({ headers }, response) => {
        standing = "token-2"
        response.writeHead(headers.authorization === second ? 200 : 401).end("{}")
      })
      const supply = Token.standing(Effect.sync(() => Redacted.make(standing)))
      const { json } = yield* client(server.url, { authorization: Authorization.fromToken(() => "Bearer", supply) })
      yield* json(request)
      assert.deepStrictEqual(sent(server.requests), [first, second])
    })
  )

  it.effect("has one new token issued for fifty requests with the outdated one", () =>
    Effect.gen(function* () {
      const { json, server, state } = yield* scene(["token-2"])
      yield* Effect.all(
        Array.from({ length: 50 }, () => json(request)),
        { concurrency: "unbounded" }
      )
      assert.strictEqual(state.issued, 2)
      assert.isAtMost(server.requests.length, 100)
    })
  )

  it.effect("fails as the renewal does where none can be had", () =>
    Effect.gen(function* () {
      const { json, server, state } = yield* scene([])
      state.before = Effect.sync(() => {
        state.fails = state.tries > 1
      })
      assert.strictEqual(yield* Effect.flip(json(request)), outage)
      assert.deepStrictEqual(sent(server.requests), [first])
    })
  )

  describe("and any other answer", () => {
    it.effect.each([403, 404, 409, 429, 500, 503])(
      "of status %i is neither asked for again nor a reason to renew",
      (status) =>
        Effect.gen(function* () {
          const { json, server, state } = yield* scene([], status)
          yield* Effect.flip(json(request))
          yield* Effect.flip(json(cancel))
          assert.deepStrictEqual(sent(server.requests), [first, first])
          assert.strictEqual(state.issued, 1)
        })
    )

    it.effect("that breaks off is not asked for again", () =>
      Effect.gen(function* () {
        const server = yield* serve(({ socket }) => void socket.resetAndDestroy())
        const { issuer } = mint("12 hours")
        const authorization = Authorization.fromToken(() => "Bearer", yield* Token.cached(issuer))
        const { json } = yield* client(server.url, { authorization })
        yield* Effect.flip(json(cancel))
        assert.deepStrictEqual(sent(server.requests), [first])
      })
    )
  })

  it.effect.each([
    [401, "the credential is from the variable TOKEN"],
    [403, "the credential is from the variable TOKEN"],
    [404, undefined]
  ] as const)("says after %i where the token is from: %s", ([status, hint]) =>
    Effect.gen(function* () {
      const server = yield* serve((_, response) => void response.writeHead(status).end("{}"))
      const supply = Token.standing(Effect.succeed(Redacted.make("token-1")))
      const authorization = Authorization.fromToken(() => "Bearer", supply, "the variable TOKEN")
      const { json } = yield* client(server.url, { authorization })
      assert.strictEqual((yield* Effect.flip(json(request))).hint, hint)
    })
  )

  it.effect("sends a cancel again only after such a refusal, body and all", () =>
    Effect.gen(function* () {
      const bodies: Array<string> = []
      const server = yield* serve((message, response) => {
        message.setEncoding("utf8").on("data", (text: string) => bodies.push(`${message.method} ${text}`))
        message.on("end", () => response.writeHead(message.headers.authorization === second ? 200 : 401).end("{}"))
      })
      const authorization = Authorization.fromToken(() => "Bearer", yield* Token.cached(mint("12 hours").issuer))
      const { json } = yield* client(server.url, { authorization })
      yield* json(cancel)
      assert.deepStrictEqual(bodies, ["POST {}", "POST {}"])
      assert.deepStrictEqual(sent(server.requests), [first, second])
    })
  )
})

layer(NodeHttpClient.layerUndici)("RestClient whose token is long in coming", (it) => {
  it.effect("waits for it beyond the deadline of the request", () =>
    Effect.gen(function* () {
      const { json, server, state } = yield* scene(["token-1"])
      state.before = Effect.sleep("25 seconds")
      const asking = yield* Effect.forkChild(json(request), { startImmediately: true })
      yield* TestClock.adjust("25 seconds")
      yield* Fiber.join(asking)
      assert.deepStrictEqual(sent(server.requests), [first])
    })
  )

  it.effect("does not take the silence of its issuer for the host's", () =>
    Effect.gen(function* () {
      const { json, server, state } = yield* scene(["token-1"])
      state.fails = true
      for (let tries = 0; tries < 40; tries++) assert.strictEqual(yield* Effect.flip(json(request)), outage)
      state.fails = false
      yield* json(request)
      assert.deepStrictEqual(sent(server.requests), [first])
    })
  )
})
