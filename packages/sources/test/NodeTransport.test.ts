import { createServer, type RequestListener } from "node:http"
import { type AddressInfo, connect, type Socket } from "node:net"
import { inspect } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import type { Environment } from "../src/EnvironmentCredential.ts"
import * as NodeTransport from "../src/NodeTransport.ts"

const listening = (server: ReturnType<typeof createServer>) =>
  Effect.acquireRelease(
    Effect.callback<number>((resume) => {
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed((server.address() as AddressInfo).port)))
    }),
    () => Effect.sync(() => server.close().closeAllConnections())
  )

/** A server that knows of each connection that was ever made to it. */
const counted = Effect.fnUntraced(function* (answer: RequestListener) {
  const connections = new Set<Socket>()
  const server = createServer(answer).on("connection", (socket) => connections.add(socket))
  return { connections, port: yield* listening(server) }
})

const eventually = (condition: () => boolean) =>
  Effect.sync(condition).pipe(
    Effect.repeat({ until: (holds) => holds, schedule: Schedule.spaced("5 millis") }),
    Effect.timeout("1 minute")
  )

/** Answers every request with the host that was asked for. */
const site = listening(createServer((request, response) => response.end(`this is ${request.headers.host}`)))

/** A proxy that leads every tunnel to one place, whatever the name; it writes down what it is asked for. */
const proxyTo = Effect.fnUntraced(function* (port: number) {
  const asked: Array<string> = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? "")
    response.end(`this is ${request.headers.host}`)
  })
  server.on("connect", (request, socket, head) => {
    asked.push(request.url ?? "")
    const upstream = connect(port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n")
      upstream.write(head)
      upstream.pipe(socket).pipe(upstream)
    })
    upstream.on("error", () => socket.destroy())
    socket.on("error", () => upstream.destroy())
  })
  return { asked, url: `http://127.0.0.1:${yield* listening(server)}` }
})

const ask = (url: string, environment: Environment) =>
  HttpClient.get(url).pipe(
    Effect.flatMap((answer) => answer.text),
    Effect.provide(NodeTransport.layer(environment)),
    Effect.timeout("1 minute")
  )

describe("the transport", () => {
  it.live.each(["HTTP_PROXY", "http_proxy"])("goes through the proxy that %s names", (name) =>
    Effect.gen(function* () {
      const proxy = yield* proxyTo(yield* site)
      assert.strictEqual(yield* ask("http://operations.example/x", { [name]: proxy.url }), "this is operations.example")
      assert.deepStrictEqual(proxy.asked, ["http://operations.example/x"])
    })
  )

  it.live("asks this machine and hosts under NO_PROXY directly", () =>
    Effect.gen(function* () {
      const port = yield* site
      const proxy = yield* proxyTo(port)
      const environment = { HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url, NO_PROXY: "nowhere.invalid" }
      assert.strictEqual(yield* ask(`http://127.0.0.1:${port}/`, environment), `this is 127.0.0.1:${port}`)
      assert.strictEqual(yield* ask(`http://localhost:${port}/`, environment), `this is localhost:${port}`)
      yield* Effect.flip(ask("http://nowhere.invalid/", environment))
      assert.deepStrictEqual(proxy.asked, [])
    })
  )

  it.live("never asks the metadata service through a proxy", () =>
    Effect.gen(function* () {
      const proxy = yield* proxyTo(yield* site)
      const answer = ask("http://169.254.169.254/computeMetadata", { HTTP_PROXY: proxy.url })
      yield* Effect.exit(Effect.timeout(answer, "300 millis"))
      assert.deepStrictEqual(proxy.asked, [])
    })
  )

  it.live("sends what is for https through a tunnel of HTTPS_PROXY", () =>
    Effect.gen(function* () {
      const proxy = yield* proxyTo(yield* site)
      yield* Effect.flip(ask("https://operations.example/x", { HTTPS_PROXY: proxy.url }))
      assert.deepStrictEqual(proxy.asked, ["operations.example:443"])
    })
  )

  it.live("asks again on the connection that it has, many at once on as many, and closes them with its scope", () =>
    Effect.gen(function* () {
      const { connections, port } = yield* counted((_, response) => response.end("{}"))
      const answer = Effect.flatMap(HttpClient.get(`http://127.0.0.1:${port}/`), ({ text }) => text)
      yield* Effect.gen(function* () {
        yield* Effect.andThen(answer, answer)
        assert.strictEqual(connections.size, 1)
        const many = Effect.all(
          Array.from({ length: 300 }, () => answer),
          { concurrency: "unbounded" }
        )
        yield* Effect.andThen(many, many)
        assert.isAtMost(connections.size, 301)
      }).pipe(Effect.provide(NodeTransport.layer({})))
      yield* eventually(() => [...connections].every((socket) => socket.closed))
    })
  )

  it.live("follows no redirect", () =>
    Effect.gen(function* () {
      const elsewhere = yield* site
      const { port } = yield* counted((_, response) =>
        response.writeHead(302, { location: `http://127.0.0.1:${elsewhere}/` }).end("moved")
      )
      assert.strictEqual(yield* ask(`http://127.0.0.1:${port}/`, {}), "moved")
    })
  )

  it.live("closes the connection of a request that is interrupted, before the answer or within it", () =>
    Effect.gen(function* () {
      for (const begun of ["", "half an ans"]) {
        const { connections, port } = yield* counted((_, response) => void (begun === "" || response.write(begun)))
        yield* Effect.gen(function* () {
          const fiber = yield* Effect.forkChild(
            Effect.flatMap(HttpClient.get(`http://127.0.0.1:${port}/`), ({ text }) => text)
          )
          yield* eventually(() => connections.size === 1)
          yield* Fiber.interrupt(fiber)
          yield* eventually(() => [...connections].every((socket) => socket.closed))
        }).pipe(Effect.provide(NodeTransport.layer({})))
      }
    })
  )

  it.live("fails on a header that cannot be written, without telling its value", () =>
    Effect.gen(function* () {
      const headers = { authorization: "OAuth hush\r\nx-other: \u0449" }
      const { reason } = yield* Effect.flip(HttpClient.get(`http://127.0.0.1:${yield* site}/`, { headers }))
      assert.strictEqual(reason._tag, "TransportError")
      assert.notInclude(inspect("cause" in reason && reason.cause), "hush")
    }).pipe(Effect.provide(NodeTransport.layer({})))
  )

  it.effect("refuses a variable that is no URL, without showing it", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Layer.build(NodeTransport.layer({ HTTPS_PROXY: "user:hush@proxy" })))
      assert.strictEqual(
        error.message,
        "the variable HTTPS_PROXY is not the URL of a proxy, such as http://proxy.example:3128"
      )
    })
  )
})
