import { createServer } from "node:http"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import type { Environment } from "../src/EnvironmentCredential.ts"
import * as NodeTransport from "../src/NodeTransport.ts"
import * as Proxy from "../src/Proxy.ts"

const told = Effect.fnUntraced(function* (url: string, environment: Environment) {
  const proxies = yield* NodeTransport.proxiesOf(environment)
  return proxies === undefined ? undefined : Proxy.of(url, proxies)
})

describe("the proxy", () => {
  it.effect.each([
    ["https://a.example", {}, undefined],
    ["https://a.example", { HTTPS_PROXY: "http://p:1" }, "http://p:1"],
    ["http://a.example", { HTTPS_PROXY: "http://p:1" }, undefined],
    ["http://a.example", { HTTPS_PROXY: "http://p:1", http_proxy: "http://q:2" }, "http://q:2"],
    ["https://a.example", { HTTP_PROXY: "http://q:2" }, "http://q:2"],
    ["https://localhost:1", { HTTPS_PROXY: "http://p:1" }, undefined],
    ["http://[::1]:1", { HTTP_PROXY: "http://p:1" }, undefined],
    ["http://169.254.169.254/x", { HTTP_PROXY: "http://p:1" }, undefined]
  ] as const)("for %s with %j is %s", ([url, environment, expected]) =>
    Effect.map(told(url, environment), (proxy) => assert.strictEqual(proxy, expected))
  )

  it.live("is the one that requests go through, whatever NO_PROXY says", () =>
    Effect.gen(function* () {
      const port = yield* proxy
      const differs = Effect.fnUntraced(function* ([host, noProxy]: readonly [string, string]) {
        const environment = { HTTP_PROXY: `http://127.0.0.1:${port}`, NO_PROXY: noProxy }
        const url = `http://${host}/`
        const isAsked = yield* HttpClient.get(url).pipe(
          Effect.timeout("5 seconds"),
          Effect.match({ onFailure: () => false, onSuccess: ({ status }) => status === 299 }),
          Effect.provide(NodeTransport.layer(environment))
        )
        return ((yield* told(url, environment)) !== undefined) !== isAsked
      })
      assert.deepStrictEqual(yield* Effect.filter(hosts, differs, { concurrency: "unbounded" }), [])
    })
  )
})

/** A host, and a `NO_PROXY` that may or may not name it. */
const hosts: ReadonlyArray<readonly [host: string, noProxy: string]> = [
  ["a.invalid", ""],
  ["a.invalid", "a.invalid"],
  ["a.invalid", "b.invalid a.invalid"],
  ["b.a.invalid", "A.invalid"],
  ["ba.invalid", "a.invalid"],
  ["a.invalid", ".a.invalid"],
  ["a.invalid", "*.a.invalid"],
  ["b.a.invalid", "*.a.invalid"],
  ["a.invalid", "*"],
  ["a.invalid", "a.invalid:80"],
  ["a.invalid", "a.invalid:81"],
  ["a.invalid:81", "a.invalid:81"],
  ["a.invalid", "*:81"],
  ["a.invalid:81", "b.invalid,*:81"],
  ["a.invalid.", "a.invalid"],
  ["a.invalid", "a.invalid."],
  ["[::2]", "::2"],
  ["[::2]:81", "[::2]:80"],
  ["[::2]:81", "[::2]:81"]
]

/** The port of a proxy that answers everything itself. */
const proxy = Effect.map(
  Effect.acquireRelease(
    Effect.callback<{ readonly port: number; readonly close: () => void }>((resume) => {
      const server = createServer((_, response) => void response.writeHead(299).end())
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        const port = typeof address === "object" && address !== null ? address.port : 0
        resume(Effect.succeed({ port, close: () => server.closeAllConnections() ?? server.close() }))
      })
    }),
    ({ close }) => Effect.sync(close)
  ),
  ({ port }) => port
)
