/** The whole server but its socket: the contract with its handlers, its OpenAPI document, its documentation and its guard. */
import { OpwatchApi } from "@opwatch/api/OpwatchApi"
import type { ApiKeys } from "@opwatch/access/ApiKeys"
import type { Sources } from "@opwatch/core/Sources"
import type { Ownership } from "@opwatch/tracker/Ownership"
import type { Store } from "@opwatch/tracker/Store"
import { Tracker } from "@opwatch/tracker/Tracker"
import type { Webhooks } from "@opwatch/webhooks/Webhooks"
import * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as HttpApiSwagger from "effect/http-api/HttpApiSwagger"
import * as Layer from "effect/Layer"
import { Access } from "./Access.ts"
import * as AccessMiddleware from "./AccessMiddleware.ts"
import * as ClusterHandlers from "./ClusterHandlers.ts"
import * as DocumentRoute from "./DocumentRoute.ts"
import * as ErrorAnswers from "./ErrorAnswers.ts"
import * as FastReads from "./FastReads.ts"
import * as Guard from "./Guard.ts"
import * as Mirror from "./Mirror.ts"
import * as OperationsHandlers from "./OperationsHandlers.ts"
import * as SourcesHandlers from "./SourcesHandlers.ts"
import { routerConfig } from "./RouterConfig.ts"
import { Stopping } from "./Stopping.ts"
import * as SystemHandlers from "./SystemHandlers.ts"
import * as TrackingHandlers from "./TrackingHandlers.ts"
import * as WebhookHandlers from "./WebhookHandlers.ts"

const api = HttpApiBuilder.layer(OpwatchApi).pipe(
  Layer.provide([
    OperationsHandlers.layer,
    TrackingHandlers.layer,
    WebhookHandlers.layer,
    SourcesHandlers.layer,
    ClusterHandlers.layer,
    SystemHandlers.layer
  ]),
  Layer.provide([ErrorAnswers.badInput, AccessMiddleware.layer])
)

/** Swagger UI brings its own script and styles: the page loads nothing from another host. */
const docs = HttpApiSwagger.layer(OpwatchApi, { path: "/docs" })

const routes = Layer.mergeAll(
  FastReads.layer,
  api,
  DocumentRoute.layer,
  docs,
  Mirror.layer,
  ErrorAnswers.layer,
  Guard.layer
).pipe(Layer.provide([HttpServer.layerServices, Access.layer]))

const serving: Layer.Layer<never, never, HttpServer.HttpServer | ApiKeys | Sources | Stopping | Tracker | Webhooks> =
  HttpRouter.serve(routes, { routerConfig, disableLogger: true, disableListenLog: true })

/** Serves on the socket that it is given. */
export const layer: Layer.Layer<never, never, HttpServer.HttpServer | ApiKeys | Sources | Tracker | Webhooks> =
  Stopping.onRelease.pipe(Layer.provideMerge(serving), Layer.provide(Stopping.layer))

/** How long requests may go on when the server stops, streams of events and waits among them. */
export const gracefulShutdownTimeout = Duration.seconds(1)

/**
 * The whole server on a socket and over a store. `beside` is built and released together with what answers requests.
 * `announce` is told where it listens, once it does and has that.
 */
export const layerOn = <E, E2 = never>(
  socket: Layer.Layer<HttpServer.HttpServer, E>,
  announce: (url: string) => Effect.Effect<void>,
  beside: Layer.Layer<never, E2, Tracker> = Layer.empty
): Layer.Layer<HttpServer.HttpServer, E | E2, ApiKeys | Ownership | Sources | Store | Webhooks> =>
  Layer.effectDiscard(HttpServer.addressFormattedWith(announce)).pipe(
    Layer.provideMerge(Layer.mergeAll(layer, ClusterHandlers.leaving, beside)),
    Layer.provide(Tracker.layer),
    Layer.provideMerge(socket)
  )
