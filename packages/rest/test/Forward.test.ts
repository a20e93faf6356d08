import { assert, describe, it } from "@effect/vitest"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { SourceName } from "@opwatch/core/Reference"
import type { ForwardRequest } from "@opwatch/core/Mirror"
import type { RequestListener } from "node:http"
import { buffer, text } from "node:stream/consumers"
import * as Forward from "../src/Forward.ts"
import { client, secret, serve, until } from "./LocalServer.ts"

const source = SourceName.make("local")
const plain: ForwardRequest = { method: "GET", target: "/api/v1/pools/1?a=%20b&a=c", headers: {} }

const bytesOf = <E>(body: Stream.Stream<Uint8Array, E>) => Effect.map(Stream.runCollect(body), Buffer.concat)

/** Sends a request on to a server that answers so, and gives the answer and what the server was asked. */
const sent = Effect.fnUntraced(function* (request: Partial<ForwardRequest>, listener: RequestListener) {
  const server = yield* serve(listener)
  const { body, headers, status } = yield* Forward.forward(source, yield* client(`${server.url}/api/v1`), {
    ...plain,
    ...request
  })
  return { status, headers, bytes: yield* bytesOf(body), asked: server.requests }
}, Effect.scoped)

const live = (name: string, test: Effect.Effect<unknown, unknown, never>) => it.live(name, () => test)
const onNode = Effect.provide(NodeHttpClient.layerUndici)

describe("Forward", () => {
  live(
    "keeps method, path, query and body, from the host on",
    Effect.gen(function* () {
      let body = ""
      const { asked, status } = yield* sent(
        {
          method: "PATCH",
          body: Buffer.from('{"a": 1.50}'),
          headers: { "content-type": "application/merge-patch+json" }
        },
        (request, response) => void text(request).then((read) => ((body = read), response.writeHead(202).end()))
      )
      assert.strictEqual(status, 202)
      assert.strictEqual(asked[0]?.method, "PATCH")
      assert.strictEqual(asked[0]?.url, plain.target)
      assert.strictEqual(asked[0]?.headers["content-type"], "application/merge-patch+json")
      assert.strictEqual(body, '{"a": 1.50}')
    }).pipe(onNode)
  )

  live(
    "leaves out the client's credentials and what concerns its connection, and puts the source's own credential",
    Effect.gen(function* () {
      const { asked } = yield* sent(
        {
          headers: {
            authorization: "OAuth theirs",
            "proxy-authorization": "Basic theirs",
            cookie: "session=theirs",
            "x-yacloud-subjecttoken": "theirs",
            "x-api-key": "theirs",
            connection: "keep-alive, x-hop",
            "x-hop": "theirs",
            te: "trailers",
            host: "theirs.example",
            "x-forwarded-for": "theirs",
            accept: "application/json",
            "x-client-request-id": "7",
            "accept-encoding": "br"
          }
        },
        (_, response) => void response.end()
      )
      const headers = asked[0]?.headers ?? {}
      assert.strictEqual(headers.authorization, `OAuth ${secret}`)
      assert.strictEqual(headers.accept, "application/json")
      assert.strictEqual(headers["x-client-request-id"], "7")
      assert.strictEqual(headers["accept-encoding"], "identity")
      assert.notInclude(JSON.stringify(headers), "theirs")
    }).pipe(onNode)
  )

  live(
    "gives any answer as it is, errors and bytes that are no text included, but for cookies and the connection's own",
    Effect.gen(function* () {
      const bytes = Buffer.from(Array.from({ length: 512 }, (_, index) => index % 256))
      const answer = yield* sent({}, (_, response) => {
        response.writeHead(409, { "content-type": "image/x", "set-cookie": "a=b", "x-request-id": "r1" }).end(bytes)
      })
      assert.strictEqual(answer.status, 409)
      assert.isTrue(answer.bytes.equals(bytes))
      assert.strictEqual(answer.headers["content-type"], "image/x")
      assert.strictEqual(answer.headers["x-request-id"], "r1")
      assert.notProperty(answer.headers, "set-cookie")
      assert.notProperty(answer.headers, "content-length")
      assert.notProperty(answer.headers, "connection")
    }).pipe(onNode)
  )

  live(
    "takes the source's credential out of what comes back",
    Effect.gen(function* () {
      const { bytes, headers } = yield* sent({}, (_, response) => {
        response.writeHead(200, { "x-echo": `OAuth ${secret}` })
        response.write(`you sent ${secret.slice(0, 9)}`)
        setTimeout(() => response.end(`${secret.slice(9)}.`), 20)
      })
      assert.strictEqual(bytes.toString(), "you sent <redacted>.")
      assert.strictEqual(headers["x-echo"], "OAuth <redacted>")
    }).pipe(onNode)
  )

  live(
    "follows no redirect, and tells a 304 from one",
    Effect.gen(function* () {
      const error = yield* Effect.flip(
        sent({}, (_, response) => void response.writeHead(307, { location: "https://elsewhere.example/" }).end())
      )
      assert.strictEqual(error.reason._tag, "Redirected")
      const { status } = yield* sent({}, (_, response) => void response.writeHead(304).end())
      assert.strictEqual(status, 304)
    }).pipe(onNode)
  )

  live(
    "sends a request with its body again where the credential was renewed",
    Effect.gen(function* () {
      const bodies: Array<string> = []
      const server = yield* serve((request, response) => {
        void buffer(request).then((body) => {
          bodies.push(body.toString())
          response.writeHead(request.headers.authorization === "Bearer new-token-1" ? 200 : 401).end("{}")
        })
      })
      let token = "old-token-1"
      const header = Effect.sync(() => Option.some(Redacted.make(`Bearer ${token}`)))
      const reject = () => Effect.sync(() => void (token = "new-token-1"))
      const renewing = yield* client(server.url, { authorization: { header, reject } })
      const answer = yield* Forward.forward(source, renewing, { ...plain, method: "POST", body: Buffer.from("once") })
      assert.strictEqual(answer.status, 200)
      assert.deepStrictEqual(bodies, ["once", "once"])
    }).pipe(Effect.scoped, onNode)
  )

  live(
    "hangs up on the provider when nobody waits for the rest of the body",
    Effect.gen(function* () {
      const server = yield* serve((_, response) => void response.writeHead(200).write("the beginning"))
      const { body } = yield* Forward.forward(source, yield* client(server.url), plain)
      const begun = yield* Stream.runHead(body)
      assert.isTrue(Option.isSome(begun))
      yield* until(() => server.sockets.size === 0)
    }).pipe(Effect.scoped, onNode)
  )
})
