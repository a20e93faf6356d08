/**
 * The HTTP client on Node, through the proxies that the environment names (`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`, in either
 * case). This machine and the metadata service are never asked through one. Node itself reads `NODE_EXTRA_CA_CERTS`.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Undici from "@effect/platform-node/Undici"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import { ConfigurationError } from "./ConfigurationError.ts"
import type { Environment } from "./EnvironmentCredential.ts"

/** Follows no redirects. */
export const layer = (environment: Environment): Layer.Layer<HttpClient.HttpClient, ConfigurationError> =>
  Layer.provide(
    NodeHttpClient.layerUndiciNoDispatcher,
    Layer.effect(NodeHttpClient.Dispatcher, dispatcher(environment))
  )

const direct = ["localhost", "127.0.0.1", "[::1]", "169.254.169.254"]

const dispatcher = Effect.fnUntraced(function* (environment: Environment) {
  const httpsProxy = yield* proxyOf("HTTPS_PROXY", environment)
  const httpProxy = yield* proxyOf("HTTP_PROXY", environment)
  const noProxy = [...direct, valueOf("NO_PROXY", environment) ?? ""].join(",")
  return yield* Effect.acquireRelease(
    Effect.sync(() =>
      httpsProxy === undefined && httpProxy === undefined
        ? new Undici.Agent()
        : new Undici.EnvHttpProxyAgent({ httpProxy: httpProxy ?? "", httpsProxy: httpsProxy ?? "", noProxy })
    ),
    (agent) => Effect.promise(() => agent.destroy())
  )
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
