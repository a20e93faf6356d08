/** The server on a socket of Node's and over a database: what the server app and `opwatch serve` both run. */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as Limits from "@opwatch/access/Limits"
import type { ServerSection } from "@opwatch/access/ServerSection"
import * as ClusterSettings from "@opwatch/cluster/ClusterSettings"
import type { ListenAddress } from "@opwatch/http/ListenAddress"
import { InvalidSetting } from "@opwatch/http/ListenAddress"
import * as MetricsServer from "@opwatch/http/MetricsServer"
import * as OpwatchServer from "@opwatch/http/OpwatchServer"
import * as DatabaseUrl from "@opwatch/store/DatabaseUrl"
import * as SqlStore from "@opwatch/store/SqlStore"
import * as SqlWebhookStore from "@opwatch/store/SqlWebhookStore"
import { Ownership } from "@opwatch/tracker/Ownership"
import { PollSettings } from "@opwatch/tracker/PollSettings"
import { Retention } from "@opwatch/tracker/Retention"
import { Runner } from "@opwatch/tracker/Runner"
import { Webhooks } from "@opwatch/webhooks/Webhooks"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpServer from "effect/http/HttpServer"
import type { ServeError } from "effect/http/HttpServerError"
import * as Layer from "effect/Layer"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import manifest from "../package.json" with { type: "json" }
import type { ClusterPlace } from "./ClusterPlace.ts"
import type * as DatabasePlace from "./DatabasePlace.ts"
import * as Log from "./Log.ts"
import * as NodeServer from "./NodeServer.ts"
import * as SharedLimits from "./SharedLimits.ts"

/** The address is taken, not allowed, or not of this machine. */
export class CannotListen extends Schema.TaggedError<CannotListen>()("CannotListen", {
  message: Schema.String,
  /** Of Node: `EADDRINUSE`, `EACCES`, `EADDRNOTAVAIL`, … */
  code: Schema.String
}) {}

export interface Options {
  readonly address: ListenAddress
  /** What the configuration says under `server`. */
  readonly section: ServerSection
  readonly database: DatabasePlace.DatabasePlace
  /** Where the metrics are open, if anywhere. */
  readonly metrics?: ListenAddress | undefined
  /** Alone without it. */
  readonly cluster?: ClusterPlace | undefined
  /** Says where it listens, where people read it. */
  readonly announce: (url: string) => Effect.Effect<void>
}

/**
 * Has the database before it listens: whoever is refused one does not answer a request. It is in the cluster while it answers
 * requests: as it stops others take over what it polls during the grace that requests have, and not only after that.
 */
export const layer = ({ address, announce, cluster, database, metrics, section }: Options) => {
  const { allowPrivateWebhooks, limits } = section
  const socket = socketOn(address, limits, cannotListen(address))
  const file = { path: database.file, address: urlOf(address) }
  const stores = Layer.provide(
    Layer.merge(SqlStore.layer, SqlWebhookStore.layer),
    DatabaseUrl.layer(database.url, file)
  )
  const { operations, changes, changesPerOperation, deadLetters, deliveries } = section.retention
  const webhooks = Webhooks.layer({
    version: manifest.version,
    allowPrivate: allowPrivateWebhooks,
    retention: { delivered: Duration.toMillis(deliveries), dead: Duration.toMillis(deadLetters) }
  })
  const retention = {
    changesMillis: Duration.toMillis(changes),
    changesPerOperation,
    operationsMillis: Duration.toMillis(operations)
  }
  const polling = {
    priceMillis: Duration.toMillis(section.polling.price),
    longestMillis: Duration.toMillis(section.polling.maxInterval)
  }
  const runner = runnerOf(cluster?.settings ?? { ...ClusterSettings.defaults, address })
  let hasListened = false
  const listening = (url: string) =>
    Effect.suspend(() => {
      hasListened = true
      return Log.say(`opwatch is listening on ${url}`, announce(url))
    })
  const told = (message: string) => Effect.suspend(() => (hasListened ? Effect.logInfo(message) : Effect.void))
  const server = Layer.unwrap(
    Effect.gen(function* () {
      const context = yield* Layer.build(Layer.provideMerge(webhooks, stores))
      const { membership, ownership } = cluster === undefined ? alone : yield* sharing(cluster)
      const beside = Layer.mergeAll(
        membership,
        SharedLimits.layer,
        metrics === undefined ? Layer.empty : metricsOn(metrics, limits)
      )
      return Layer.provide(OpwatchServer.layerOn(socket, listening, beside), [ownership, Layer.succeedContext(context)])
    })
  )
  return onRelease(told("opwatch is stopping")).pipe(
    Layer.provideMerge(server),
    Layer.provideMerge(onRelease(told("opwatch has stopped"))),
    Layer.provide([
      Layer.succeed(Limits.Limits, limits),
      Layer.succeed(Retention, retention),
      Layer.succeed(Runner, runner),
      Layer.succeed(PollSettings, polling)
    ])
  )
}

const runnerOf = ({ address, lease }: Pick<ClusterSettings.ClusterSettings, "address" | "lease">): Runner => ({
  address: hostAndPort(address),
  version: manifest.version,
  leaseMillis: Duration.toMillis(lease)
})

const alone = { ownership: Ownership.all, membership: Layer.empty }

/** Loads the cluster's modules. */
const sharing = Effect.fnUntraced(function* ({ settings, url }: ClusterPlace) {
  const [ClusterOwnership, SocketRunners] = yield* Effect.promise(() =>
    Promise.all([import("@opwatch/cluster/ClusterOwnership"), import("@opwatch/cluster/SocketRunners")])
  )
  return yield* ClusterOwnership.make(SocketRunners.layer(settings, url))
})

/** After a restart all who listened come back at once: whoever finds no room is cut off. The system may allow fewer. */
const backlog = 4_096

const socketOn = <E>(address: ListenAddress, limits: Limits.Limits, refused: (error: ServeError) => E) =>
  NodeHttpServer.layer(() => NodeServer.make(Limits.nodeOptions(limits)), {
    ...address,
    backlog,
    gracefulShutdownTimeout: OpwatchServer.gracefulShutdownTimeout
  }).pipe(Layer.catchTag("ServeError", (error) => Layer.effect(HttpServer.HttpServer, Effect.fail(refused(error)))))

const metricsOn = (address: ListenAddress, limits: Limits.Limits) =>
  Layer.effectDiscard(
    HttpServer.addressFormattedWith((url) => Effect.logInfo(`opwatch tells its metrics on ${url}/metrics`))
  ).pipe(
    Layer.provideMerge(MetricsServer.layer),
    Layer.provide(
      socketOn(address, limits, (error) => {
        const expected = `it cannot be listened on at ${address.host} (${codeOf(error)})`
        return new InvalidSetting({ name: "OPWATCH_METRICS_PORT", value: String(address.port), expected })
      })
    )
  )

/** When what is layered upon it has been released. */
const onRelease = (effect: Effect.Effect<void>) => Layer.effectDiscard(Effect.addFinalizer(() => effect))

const codeOf = ({ cause }: ServeError): string =>
  Predicate.hasProperty(cause, "code") ? String(cause.code) : "unknown"

const cannotListen =
  ({ host, port }: ListenAddress) =>
  (error: ServeError) => {
    const code = codeOf(error)
    return new CannotListen({
      code,
      message: `cannot listen on port ${port} of ${host} (${code}): set OPWATCH_PORT and OPWATCH_HOST to what is free here`
    })
  }

/** Undefined while the port is not known. */
const urlOf = (address: ListenAddress): string | undefined =>
  address.port === 0 ? undefined : `http://${hostAndPort(address)}`

const hostAndPort = ({ host, port }: ListenAddress): string => `${host.includes(":") ? `[${host}]` : host}:${port}`
