import { assert, describe, layer } from "@effect/vitest"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { isObject } from "@opwatch/core/FieldReader"
import { ProviderError } from "@opwatch/core/ProviderError"
import { placeholder } from "@opwatch/core/Redaction"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { RequestListener } from "node:http"
import { inspect } from "node:util"
import { reasonByStatus } from "../src/Refusal.ts"
import type { RestClientOptions } from "../src/RestClient.ts"
import { carrying, answering, client, request, secret, serve } from "./LocalServer.ts"

/** Believes every word of the body. */
const judge: RestClientOptions["judge"] = (refusal) => {
  const body = isObject(refusal.body) ? refusal.body : {}
  const text = (name: string) => (typeof body[name] === "string" ? body[name] : undefined)
  return {
    reason: reasonByStatus(refusal),
    code: text("code"),
    message: text("message"),
    hint: text("hint"),
    requestId: text("requestId")
  }
}

/** Everything that a failure could show anywhere. */
const shown = (exit: Exit.Exit<unknown, ProviderError>): string => {
  if (Exit.isSuccess(exit)) return assert.fail("it succeeded")
  const error = Option.getOrThrow(Cause.findErrorOption(exit.cause))
  return [
    error.message,
    error.stack,
    String(error.cause),
    String(error),
    JSON.stringify(error),
    JSON.stringify(Schema.encodeSync(ProviderError)(error)),
    inspect(error, { depth: Infinity, showHidden: true }),
    Cause.pretty(exit.cause),
    inspect(exit.cause, { depth: Infinity }),
    JSON.stringify(exit)
  ].join("\n")
}

const echo = (status: number, body: string, headers: Record<string, string> = {}) => answering(status, body, headers)

const said = JSON.stringify({
  code: `CODE ${secret}`,
  message: `bad token ${secret}, OAuth ${secret}`,
  hint: `not ${secret}`,
  requestId: secret
})

const failures: ReadonlyArray<readonly [string, RequestListener]> = [
  ["an error body", (_, response) => void response.writeHead(401).end(said)],
  ["an error page", (_, response) => void response.writeHead(403).end(`<b>${secret}</b>`)],
  ["a body that is no JSON", (_, response) => void response.end(`{"token": ${secret}}`)],
  [
    "its ids",
    (_, response) => void response.writeHead(500, { "x-request-id": secret, "x-server-trace-id": secret }).end()
  ],
  [
    "a redirect",
    (_, response) => void response.writeHead(302, { location: `http://other.invalid/?t=${secret}` }).end()
  ],
  ["the status line", (_, response) => void response.writeHead(500, `sorry ${secret}`).end()],
  ["what is not HTTP", ({ socket }) => void socket.end(`HTTP/9 ${secret}\r\n\r\n`)],
  ["a header that is none", ({ socket }) => void socket.end(`HTTP/1.1 200 OK\r\n${secret}\0: 1\r\n\r\n`)],
  ["a body cut off", (_, response) => void response.writeHead(200).write(`{"a":"${secret}`, () => response.destroy())],
  ["a reset", ({ socket }) => void socket.resetAndDestroy()]
]

layer(NodeHttpClient.layerUndici)("RestClient and the credential", (it) => {
  describe("of a request that failed", () => {
    it.effect.each(failures)("show nothing of it that came back in %s", ([, listener]) =>
      Effect.gen(function* () {
        const server = yield* serve(listener)
        const { elements, json } = yield* client(server.url, { judge })
        for (const exit of [
          yield* Effect.exit(json(request)),
          yield* Effect.exit(Stream.runDrain(elements(request)))
        ]) {
          assert.notInclude(shown(exit), secret)
        }
        assert.lengthOf(server.requests, 2)
        assert.strictEqual(server.requests[0]?.headers.authorization, `OAuth ${secret}`)
      })
    )

    it.effect("show nothing of it when nobody listens", () =>
      Effect.gen(function* () {
        const { url } = yield* Effect.scoped(echo(200, ""))
        const { json } = yield* client(url, { judge })
        assert.notInclude(shown(yield* Effect.exit(json(request))), secret)
      })
    )

    it.effect("show nothing of one that cannot be sent", () =>
      Effect.gen(function* () {
        const server = yield* echo(200, "{}")
        const odd = `${secret}\r\nx-other: щ`
        const { json } = yield* client(server.url, {
          authorization: carrying(`OAuth ${odd}`)
        })
        assert.notInclude(shown(yield* Effect.exit(json(request))), secret)
        assert.lengthOf(server.requests, 0)
      })
    )

    it.effect("keep the rest of what was said", () =>
      Effect.gen(function* () {
        const { json } = yield* client((yield* echo(401, said)).url, { judge })
        const error = yield* Effect.flip(json(request))
        assert.strictEqual(error.message, `bad token ${placeholder}, OAuth ${placeholder}`)
        assert.strictEqual(error.code, `CODE ${placeholder}`)
      })
    )
  })

  it.effect("takes it out of an answer, names and texts alike", () =>
    Effect.gen(function* () {
      const { json } = yield* client((yield* echo(200, JSON.stringify({ a: [`x ${secret}`], [secret]: 1 }))).url)
      assert.deepStrictEqual(yield* json(request), { a: [`x ${placeholder}`], [placeholder]: 1 })
    })
  )

  it.effect("takes it out of a list however the list is cut into pieces", () =>
    Effect.gen(function* () {
      const text = JSON.stringify([{ a: secret }, { b: `${secret}${secret}` }, { c: secret.slice(0, -1) }])
      const cleaned: unknown = JSON.parse(text.replaceAll(secret, placeholder))
      for (const size of [1, 5, 17, text.length]) {
        const server = yield* serve((_, response) => {
          const send = (index: number): void => {
            if (index >= text.length) return void response.end()
            response.write(text.slice(index, index + size), () => setImmediate(send, index + size))
          }
          send(0)
        })
        const { elements } = yield* client(server.url)
        assert.deepStrictEqual<unknown>(yield* Stream.runCollect(elements(request)), cleaned)
      }
    })
  )
})
