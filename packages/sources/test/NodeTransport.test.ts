import { createServer } from "node:http"
import { type AddressInfo, connect } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import type { Environment } from "../src/EnvironmentCredential.ts"
import * as NodeTransport from "../src/NodeTransport.ts"

const listening = (server: ReturnType<typeof createServer>) =>
  Effect.acquireRelease(
    Effect.callback<number>((resume) => {
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed((server.address() as AddressInfo).port)))
    }),
    () => Effect.sync(() => server.close().closeAllConnections())
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
    Effect.timeout("5 seconds")
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
