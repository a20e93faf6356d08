import { assert, describe, layer } from "@effect/vitest"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import type { ServerResponse } from "node:http"
import { createServer } from "node:net"
import { client, type LocalServer, request, serve, until } from "./LocalServer.ts"

const failing = Effect.fnUntraced(function* (server: Pick<LocalServer, "url" | "host">) {
  const error = yield* Effect.flip((yield* client(server.url)).json(request))
  return `${error.reason._tag}: ${error.message.replaceAll(server.host, "<host>")}`
})

const silent = serve(() => {})
const begins = (response: ServerResponse) => response.writeHead(200, { "x-request-id": "r-1" }).write(`[{"n":1},`)
const stalling = serve((_, response) => void begins(response))

layer(NodeHttpClient.layerUndici)("RestClient without an answer", (it) => {
  describe("fails as unavailable", () => {
    it.effect("when the connection is refused", () =>
      Effect.gen(function* () {
        const { host, url } = yield* Effect.scoped(silent)
        assert.strictEqual(
          yield* failing({ host, url }),
          "Unavailable: <host> did not answer: the connection was refused"
        )
      })
    )

    it.effect("when there is no such host", () =>
      Effect.gen(function* () {
        const error = yield* failing({ url: "http://nowhere.invalid", host: "nowhere.invalid" })
        assert.match(
          error,
          /^Unavailable: <host> did not answer: (there is no such host|the host's address could not be looked up)$/
        )
      })
    )

    it.effect("when the connection is reset", () =>
      Effect.gen(function* () {
        const server = yield* serve(({ socket }) => socket.resetAndDestroy())
        assert.strictEqual(yield* failing(server), "Unavailable: <host> did not answer: the connection was reset")
      })
    )

    it.effect("when the connection is closed without a word", () =>
      Effect.gen(function* () {
        const server = yield* serve(({ socket }) => socket.destroy())
        assert.strictEqual(yield* failing(server), "Unavailable: <host> did not answer: the connection was closed")
      })
    )

    it.effect("when the body is cut off, whether or not its length was told", () =>
      Effect.gen(function* () {
        for (const headers of [{ "content-length": "100" }, {}]) {
          const server = yield* serve((_, response) => {
            response.writeHead(200, headers).write('{"id": "op-1"', () => response.destroy())
          })
          assert.strictEqual(yield* failing(server), "Unavailable: <host> did not answer: the connection was closed")
        }
      })
    )

    it.effect("when the other side does not speak HTTP", () =>
      Effect.gen(function* () {
        const host = yield* greeting
        assert.match(yield* failing({ url: `http://${host}`, host }), /^Unavailable: <host> did not answer: /)
      })
    )

    it.effect("ten seconds after it was asked, and not a moment before", () =>
      Effect.gen(function* () {
        const server = yield* silent
        const { json } = yield* client(server.url)
        const asking = yield* Effect.forkChild(Effect.flip(json(request)))
        yield* until(() => server.requests.length === 1)
        yield* TestClock.adjust("9999 millis")
        assert.isUndefined(asking.pollUnsafe())
        yield* TestClock.adjust("1 millis")
        const error = yield* Fiber.join(asking)
        assert.strictEqual(error.reason._tag, "Unavailable")
        assert.strictEqual(error.message, `no answer from ${server.host} within 10 seconds`)
        yield* until(() => server.sockets.size === 0)
      })
    )

    it.effect("ten seconds after it was asked for what stops in the middle", () =>
      Effect.gen(function* () {
        const server = yield* stalling
        const { json } = yield* client(server.url)
        const asking = yield* Effect.forkChild(Effect.flip(json(request)))
        yield* until(() => server.requests.length === 1)
        yield* TestClock.adjust("10 seconds")
        assert.strictEqual((yield* Fiber.join(asking)).reason._tag, "Unavailable")
        yield* until(() => server.sockets.size === 0)
      })
    )
  })

  describe("a list that is read as it comes", () => {
    it.effect("fails as unavailable ten seconds after the last of it came", () =>
      Effect.gen(function* () {
        let response: ServerResponse | undefined
        const server = yield* serve((_, answer) => {
          response = answer
          begins(answer)
        })
        const { elements } = yield* client(server.url)
        let seen = 0
        const reading = yield* elements(request).pipe(
          Stream.runForEach(() => Effect.sync(() => seen++)),
          Effect.flip,
          Effect.forkChild
        )
        yield* until(() => seen === 1)
        yield* TestClock.adjust("9 seconds")
        response?.write(`{"n":2},`)
        yield* until(() => seen === 2)
        yield* TestClock.adjust("9 seconds")
        assert.isUndefined(reading.pollUnsafe())
        yield* TestClock.adjust("1 second")
        const error = yield* Fiber.join(reading)
        assert.strictEqual(error.reason._tag, "Unavailable")
        assert.strictEqual(error.message, `${server.host} stopped in the middle of its answer for 10 seconds`)
        assert.strictEqual(error.requestId, "r-1")
        yield* until(() => server.sockets.size === 0)
      })
    )

    it.effect("waits for whoever reads it, for as long as that takes", () =>
      Effect.gen(function* () {
        const server = yield* serve((_, response) => {
          begins(response)
          response.end(`{"n":2}]`)
        })
        const { elements } = yield* client(server.url)
        let seen = 0
        const reading = yield* elements(request).pipe(
          Stream.rechunk(1),
          Stream.runForEach(() =>
            Effect.andThen(
              Effect.sync(() => seen++),
              Effect.sleep("1 hour")
            )
          ),
          Effect.forkChild
        )
        for (const count of [1, 2]) {
          yield* until(() => seen === count)
          yield* TestClock.adjust("1 hour")
        }
        yield* Fiber.join(reading)
      })
    )
  })

  describe("when it is interrupted", () => {
    it.effect("closes the connection before an answer", () =>
      Effect.gen(function* () {
        const server = yield* silent
        const { json } = yield* client(server.url)
        const asking = yield* Effect.forkChild(json(request))
        yield* until(() => server.requests.length === 1)
        yield* Fiber.interrupt(asking)
        yield* until(() => server.sockets.size === 0)
      })
    )

    it.effect("closes the connection in the middle of a body", () =>
      Effect.gen(function* () {
        const server = yield* stalling
        const { elements, json } = yield* client(server.url)
        let seen = 0
        const reading = yield* Effect.forkChild(Stream.runForEach(elements(request), () => Effect.sync(() => seen++)))
        const asking = yield* Effect.forkChild(json(request))
        yield* until(() => server.requests.length === 2 && seen === 1)
        yield* Fiber.interruptAll([reading, asking])
        yield* until(() => server.sockets.size === 0)
      })
    )

    it.effect("as by a reader who has enough, closes the connection", () =>
      Effect.gen(function* () {
        const server = yield* stalling
        const { elements } = yield* client(server.url)
        const first = yield* Stream.runCollect(Stream.take(elements(request), 1))
        assert.deepStrictEqual(first, [{ n: 1 }])
        yield* until(() => server.sockets.size === 0)
      })
    )
  })
})

/** A server of another kind, such as a mail server, which speaks first. */
const greeting = Effect.map(
  Effect.acquireRelease(
    Effect.callback<ReturnType<typeof createServer>>((resume) => {
      const server = createServer((socket) => {
        socket.on("error", () => {})
        socket.end("220 mail ready\r\n")
      })
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) => Effect.sync(() => server.close())
  ),
  (server) => {
    const address = server.address()
    return typeof address === "object" && address !== null ? `127.0.0.1:${address.port}` : ""
  }
)
