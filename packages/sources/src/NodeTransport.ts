/**
 * The HTTP client on Node, through the proxies that the environment names (`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`, in either
 * case). This machine and the metadata service are never asked through one. Node itself reads `NODE_EXTRA_CA_CERTS`.
 *
 * Without a proxy it is Node's own client, which is there at once; undici is loaded for a proxy only.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import { HttpClientError, TransportError } from "effect/http/HttpClientError"
import * as Layer from "effect/Layer"
import * as Predicate from "effect/Predicate"
import * as Http from "node:http"
import * as Https from "node:https"
import { ConfigurationError } from "./ConfigurationError.ts"
import type { Environment } from "./EnvironmentCredential.ts"

/** Follows no redirects. */
export const layer = (environment: Environment): Layer.Layer<HttpClient.HttpClient, ConfigurationError> =>
  Layer.unwrap(
    Effect.map(proxiesOf(environment), (proxies) => (proxies === undefined ? directly : throughProxies(proxies)))
  )

/** A connection is kept for the next request, and closed when idle before most servers would: that could cross a request. */
const connections = { keepAlive: true, maxFreeSockets: Infinity, timeout: 4_000 }

/** TLS takes a while to load, and is not when nothing is asked over https. */
const agents = Effect.acquireRelease(
  Effect.sync(() => {
    let underTls: Https.Agent | undefined
    const inClear = new Http.Agent(connections)
    return {
      http: inClear,
      get https() {
        return (underTls ??= new Https.Agent(connections))
      },
      close: () => {
        inClear.destroy()
        underTls?.destroy()
      }
    }
  }),
  ({ close }) => Effect.sync(close)
)

/** What Node throws rather than tells: a header or a path that cannot be written. */
const isRefusal = (defect: unknown): boolean =>
  Predicate.hasProperty(defect, "code") && /^ERR_(INVALID_|UNESCAPED_|HTTP_)/.test(String(defect.code))

const withRefusals = (client: HttpClient.HttpClient) =>
  HttpClient.transform(client, (answer, request) =>
    Effect.catchDefect(answer, (defect) =>
      isRefusal(defect)
        ? Effect.fail(new HttpClientError({ reason: new TransportError({ request, cause: defect }) }))
        : Effect.die(defect)
    )
  )

const directly = Layer.effect(HttpClient.HttpClient, Effect.map(HttpClient.HttpClient, withRefusals)).pipe(
  Layer.provide(NodeHttpClient.layerNodeHttpNoAgent),
  Layer.provide(Layer.effect(NodeHttpClient.HttpAgent, agents))
)

/** As undici takes them; empty text for no proxy. */
export interface Proxies {
  readonly httpProxy: string
  readonly httpsProxy: string
  readonly noProxy: string
}

const throughProxies = (proxies: Proxies) => {
  const dispatcher = Effect.acquireRelease(
    Effect.promise(async () => {
      const { default: Undici } = await import("@effect/platform-node/Undici")
      return new Undici.EnvHttpProxyAgent(proxies)
    }),
    (agent) => Effect.promise(() => agent.destroy())
  )
  return Layer.provide(NodeHttpClient.layerUndiciNoDispatcher, Layer.effect(NodeHttpClient.Dispatcher, dispatcher))
}

const direct = ["localhost", "127.0.0.1", "[::1]", "169.254.169.254"]

/** Absent where the environment names none. */
export const proxiesOf = Effect.fnUntraced(function* (environment: Environment) {
  const httpsProxy = yield* proxyOf("HTTPS_PROXY", environment)
  const httpProxy = yield* proxyOf("HTTP_PROXY", environment)
  if (httpsProxy === undefined && httpProxy === undefined) return undefined
  const noProxy = [...direct, valueOf("NO_PROXY", environment) ?? ""].join(",")
  return { httpProxy: httpProxy ?? "", httpsProxy: httpsProxy ?? "", noProxy } satisfies Proxies
})

const valueOf = (name: string, environment: Environment): string | undefined =>
  environment[name.toLowerCase()] || environment[name] || undefined

const proxyOf = (name: string, environment: Environment) => {
  const value = valueOf(name, environment)
  return value === undefined || (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol))
    ? Effect.succeed(value)
    : Effect.fail(
        new ConfigurationError({
          message: `the variable ${name} is not the URL of a proxy, such as http://proxy.example:3128`
        })
      )
}
