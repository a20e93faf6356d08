/** The emulator as a scoped server. It hangs up on everybody the moment its scope closes, so that no test waits for it. */
import { createServer, type Server } from "node:http"
import type { Socket } from "node:net"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import type { ServeError } from "effect/http/HttpServerError"
import * as Layer from "effect/Layer"
import { Account } from "./Account.ts"
import { builtin } from "./Builtin.ts"
import * as CloudRoutes from "./CloudRoutes.ts"
import * as ControlRoutes from "./ControlRoutes.ts"
import type { Credentials } from "./Credentials.ts"
import { Faults } from "./Faults.ts"
import { Gate } from "./Gate.ts"
import { Operations } from "./Operations.ts"
import { Requests } from "./Requests.ts"
import type { Scenario } from "./Scenario.ts"
import type { CancelVerb } from "./Script.ts"
import * as ServiceRoutes from "./ServiceRoutes.ts"
import * as TokenRoutes from "./TokenRoutes.ts"
import { Tokens } from "./Tokens.ts"
import * as TolokaRoutes from "./TolokaRoutes.ts"
import * as TolokaWriteRoutes from "./TolokaWriteRoutes.ts"

export interface Options {
  readonly host?: string | undefined
  /** 0, the default, takes a free one. */
  readonly port?: number | undefined
  /** Without them anybody is let in. */
  readonly credentials?: Credentials | undefined
  readonly scenario?: Scenario | undefined
  /** Whether the built-in operations are there; they are by default. */
  readonly builtin?: boolean | undefined
  /** The only verb of cancel, where a script does not say otherwise; without it both are known. */
  readonly cancelVerb?: CancelVerb | undefined
}

export class Emulator extends Context.Service<Emulator, { readonly url: string; readonly port: number }>()(
  "@opwatch/emulator/Emulator"
) {
  /** Listens before it is built. */
  static layer(options: Options = {}): Layer.Layer<Emulator, ServeError> {
    return Layer.unwrap(Effect.sync(() => layerOn(createServer({ keepAliveTimeout: 60_000 }), options)))
  }
}

const layerOn = (server: Server, { host = "127.0.0.1", port = 0, ...options }: Options) => {
  const { credentials, scenario } = options
  const operations = Operations.layer((options.builtin ?? true) ? builtin : [], scenario?.operations ?? [])
  const state = Layer.mergeAll(
    Account.layer(scenario?.operationTime),
    Faults.layer(scenario?.faults ?? []),
    Requests.layer(),
    Tokens.layer(credentials?.cloud?.tokenLifetime)
  ).pipe(Layer.provideMerge(operations))
  const routes = Layer.mergeAll(
    TolokaRoutes.layer,
    TolokaWriteRoutes.layer,
    CloudRoutes.layer(options.cancelVerb),
    ServiceRoutes.layer,
    TokenRoutes.layer(credentials),
    ControlRoutes.layer
  ).pipe(Layer.provide(Gate.layer(credentials)), Layer.provide(state))
  const app = HttpRouter.serve(routes, {
    disableLogger: true,
    disableListenLog: true,
    routerConfig: { maxParamLength: 1000 }
  })
  return Layer.effect(Emulator, address(server)).pipe(
    Layer.provide(app),
    Layer.provide(NodeHttpServer.layerServer(() => server, { host, port }))
  )
}

const address = Effect.fnUntraced(function* (server: Server) {
  const { address } = yield* HttpServer.HttpServer
  yield* stopAtOnce(server)
  return Emulator.of({
    url: HttpServer.formatAddress(address),
    port: "port" in address ? address.port : 0
  })
})

/** Runs before the server's own orderly shutdown, which then finds nothing left to wait for. */
const stopAtOnce = (server: Server) => {
  const sockets = new Set<Socket>()
  server.on("connection", (socket) => {
    sockets.add(socket)
    socket.once("close", () => sockets.delete(socket))
  })
  return Effect.addFinalizer(() =>
    Effect.callback<void>((resume) => {
      server.close(() => resume(Effect.void))
      for (const socket of sockets) socket.destroy()
    })
  )
}
