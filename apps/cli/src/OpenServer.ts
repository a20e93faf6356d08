/** Opens an opwatch server: its sources, or what it tracks. Loaded for those who name one, for nobody else. */
import { diagnose as cloud } from "@opwatch/cloud/CloudDiagnosis"
import * as Backoff from "@opwatch/core/Backoff"
import type { SourceName } from "@opwatch/core/Reference"
import { Sources } from "@opwatch/core/Sources"
import * as RemoteCluster from "@opwatch/remote/RemoteCluster"
import * as RemoteDurations from "@opwatch/remote/RemoteDurations"
import * as RemoteSources from "@opwatch/remote/RemoteSources"
import * as RemoteTracking from "@opwatch/remote/RemoteTracking"
import * as ServerAddress from "@opwatch/remote/ServerAddress"
import * as NodeTransport from "@opwatch/sources/NodeTransport"
import { diagnose as toloka } from "@opwatch/toloka/TolokaDiagnosis"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import * as Failure from "./failure/Failure.ts"

export interface Server {
  readonly url: string
  readonly key: Redacted.Redacted<string> | undefined
}

type Environment = Readonly<Record<string, string | undefined>>

export const addressOf = ({ key, url }: Server) =>
  Effect.mapError(Effect.fromResult(ServerAddress.make(url, key)), ({ _tag, problem, right }) =>
    Failure.usage(_tag, problem, right)
  )

const reach = (server: Server, environment: Environment) =>
  Effect.all({ address: addressOf(server), transport: Layer.build(NodeTransport.layer(environment)) })

export const open = Effect.fnUntraced(function* (server: Server, environment: Environment) {
  const { address, transport } = yield* reach(server, environment)
  const sources = Layer.build(RemoteSources.layer({ address, diagnoses: { toloka, cloud } }))
  return Context.get(yield* Backoff.retry(Effect.provideContext(sources, transport)), Sources)
})

/** No request is made yet. */
export const openTracking = Effect.fnUntraced(function* (server: Server, environment: Environment) {
  const { address, transport } = yield* reach(server, environment)
  return yield* Effect.provideContext(RemoteTracking.make(address), transport)
})

/** No request is made yet. */
export const durationsOf = Effect.fnUntraced(function* (server: Server, environment: Environment) {
  const { address, transport } = yield* reach(server, environment)
  return (source: SourceName, price: Duration.Duration | undefined) =>
    Effect.provideContext(RemoteDurations.of(address, source, price), transport)
})

/** No request is made yet. */
export const clusterOf = Effect.fnUntraced(function* (server: Server, environment: Environment) {
  const { address, transport } = yield* reach(server, environment)
  return Effect.provideContext(RemoteCluster.of(address), transport)
})
