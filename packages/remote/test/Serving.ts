/** A real server on loopback with providers that a test controls, and the sources of that server as a client has them. */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { ApiKeys } from "@opwatch/access/ApiKeys"
import type { Provider } from "@opwatch/core/Provider"
import { providerOf, Sources } from "@opwatch/core/Sources"
import { OperationId } from "@opwatch/core/Reference"
import * as OpwatchServer from "@opwatch/http/OpwatchServer"
import { Tracker } from "@opwatch/tracker/Tracker"
import { Webhooks } from "@opwatch/webhooks/Webhooks"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as Scope from "effect/Scope"
import { createServer, type RequestListener, type Server } from "node:http"
import * as RemoteSources from "../src/RemoteSources.ts"
import * as ServerAddress from "../src/ServerAddress.ts"
import * as InMemoryProvider from "./InMemoryProvider.ts"

export const id = OperationId.make("op-1")

/** What is meant here by a provider's words. */
export const diagnoses = {
  toloka: () => ({ causes: [], next: [], supportIds: ["toloka here"] }),
  cloud: () => ({ causes: [], next: [], supportIds: ["cloud here"] })
}

/** The sources of the server at this URL. */
export const open = Effect.fnUntraced(function* (url: string, key?: string) {
  const address = yield* Effect.fromResult(ServerAddress.make(url, key === undefined ? undefined : Redacted.make(key)))
  const layer = Layer.provide(RemoteSources.layer({ address, diagnoses }), NodeHttpClient.layerNodeHttp)
  return Context.get(yield* Layer.build(Layer.fresh(layer)), Sources)
})

/** Runs until the scope closes or it is stopped; started again it knows nothing of before. */
export const start = Effect.gen(function* () {
  const toloka = InMemoryProvider.make("toloka")
  const cloud = InMemoryProvider.make("cloud")
  const running = { scope: yield* Effect.acquireRelease(Scope.make(), (scope) => Scope.close(scope, Exit.void)) }

  const serve = Effect.fnUntraced(function* (port: number, scope: Scope.Scope) {
    const socket = NodeHttpServer.layer(createServer, { host: "127.0.0.1", port, gracefulShutdownTimeout: "50 millis" })
    const sources = new Map([toloka, cloud].map(({ provider, source }) => [source, provider]))
    const server = OpwatchServer.layer.pipe(
      Layer.provide([Tracker.layerMemory, Webhooks.none]),
      Layer.provide([Layer.succeed(Sources, sources), ApiKeys.none]),
      Layer.provideMerge(socket)
    )
    const { address } = Context.get(yield* Layer.buildWithScope(Layer.fresh(server), scope), HttpServer.HttpServer)
    return HttpServer.formatAddress(address)
  })
  const url = yield* serve(0, running.scope)

  const sources = yield* open(url)
  const stop = Effect.suspend(() => Scope.close(running.scope, Exit.void))
  return {
    url,
    toloka,
    cloud,
    sources,
    /** The client's providers. */
    remote: {
      toloka: yield* Effect.orDie(providerOf(sources, toloka)),
      cloud: yield* Effect.orDie(providerOf(sources, cloud))
    } satisfies Record<string, Provider>,
    stop,
    /** Where it was. */
    startAgain: Effect.gen(function* () {
      running.scope = yield* Effect.acquireRelease(Scope.make(), (scope) => Scope.close(scope, Exit.void))
      yield* serve(Number(new URL(url).port), running.scope)
    })
  }
})

/** Some other HTTP server on loopback; gives its URL. */
export const other = (listener: RequestListener) =>
  Effect.acquireRelease(
    Effect.callback<Server>((resume) => {
      const server = createServer(listener)
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) =>
      Effect.sync(() => {
        server.closeAllConnections()
        server.close()
      })
  ).pipe(
    Effect.map((server) => {
      const address = server.address()
      return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`
    })
  )

/** Polls a condition until it holds. */
export const until = (condition: () => boolean): Effect.Effect<void> =>
  Effect.sync(condition).pipe(
    Effect.flatMap((holds) => (holds ? Effect.void : Effect.fail("not yet" as const))),
    Effect.retry(Schedule.spaced("5 millis")),
    Effect.timeout("1 minute"),
    Effect.orDie
  )
