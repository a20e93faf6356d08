/** The runners of a cluster: they find each other in Postgres, hold locks on their shards there, and ping each other by TCP. */
import * as NodeClusterSocket from "@effect/platform-node/NodeClusterSocket"
import * as NodeSocketServer from "@effect/platform-node/NodeSocketServer"
import type { K8sHttpClient } from "effect/cluster/K8sHttpClient"
import * as MessageStorage from "effect/cluster/MessageStorage"
import * as RunnerAddress from "effect/cluster/RunnerAddress"
import * as RunnerHealth from "effect/cluster/RunnerHealth"
import * as RunnerServer from "effect/cluster/RunnerServer"
import * as Runners from "effect/cluster/Runners"
import type { Sharding } from "effect/cluster/Sharding"
import * as ShardingConfig from "effect/cluster/ShardingConfig"
import * as SqlRunnerStorage from "effect/cluster/SqlRunnerStorage"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import type * as Redacted from "effect/Redacted"
import * as RpcSerialization from "effect/rpc/RpcSerialization"
import * as RpcServer from "effect/rpc/RpcServer"
import * as Schema from "effect/Schema"
import { SocketServer } from "effect/socket/SocketServer"
import * as ClusterDatabase from "./ClusterDatabase.ts"
import * as ClusterLog from "./ClusterLog.ts"
import * as ClusterOwnership from "./ClusterOwnership.ts"
import type { Address, ClusterSettings } from "./ClusterSettings.ts"
import * as KubernetesHealth from "./KubernetesHealth.ts"

/** The address to listen on is taken, not allowed, or not of this machine. */
export class CannotJoin extends Schema.TaggedError<CannotJoin>()("CannotJoin", { message: Schema.String }) {}

/** Before the names of the cluster's tables. */
const prefix = "opwatch_cluster"

/**
 * `NodeClusterSocket.layer` without what it reads from `HOST`, `PORT` and the like, and without what it logs. Where health is
 * `k8s`, `kubernetes` is asked, else what is there for pods.
 */
export const layer = (
  settings: ClusterSettings,
  url: Redacted.Redacted<URL>,
  kubernetes?: Layer.Layer<K8sHttpClient>
): Layer.Layer<Sharding, CannotJoin> =>
  RunnerServer.layerWithClients.pipe(
    Layer.provide([RpcServer.layerProtocolSocketServer, healthOf(settings, kubernetes)]),
    Layer.provide(socketOn(settings.listen)),
    Layer.provide(NodeClusterSocket.layerClientProtocol),
    Layer.provide([MessageStorage.layerNoop, Layer.orDie(SqlRunnerStorage.layerWith({ prefix }))]),
    Layer.provide([
      shardingOf(settings),
      RpcSerialization.layerSchemaBinary(),
      Layer.orDie(ClusterDatabase.layer(url))
    ]),
    Layer.provide(ClusterLog.layer)
  )

const socketOn = ({ host, port }: Address) =>
  Layer.effect(
    SocketServer,
    Effect.mapError(NodeSocketServer.make({ host, port }), ({ cause }) => {
      const code = Predicate.hasProperty(cause, "code") ? String(cause.code) : "unknown"
      const places = "OPWATCH_CLUSTER_LISTEN_PORT and OPWATCH_CLUSTER_LISTEN_HOST"
      return new CannotJoin({
        message: `cannot listen for other runners on port ${port} of ${host} (${code}): set ${places} to what is free here`
      })
    })
  )

const healthOf = (settings: ClusterSettings, kubernetes?: Layer.Layer<K8sHttpClient>): Health =>
  settings.health === "k8s"
    ? KubernetesHealth.layer(settings, kubernetes)
    : Layer.provide(RunnerHealth.layerPing, Runners.layerRpc)

type Health = Layer.Layer<RunnerHealth.RunnerHealth, never, Layer.Services<typeof Runners.layerRpc>>

/** A runner that dies is missed after the lease, one that stops or joins after an interval of the assignments. */
const shardingOf = ({ address, lease }: ClusterSettings) =>
  ShardingConfig.layer({
    runnerAddress: Option.some(RunnerAddress.make(address.host, address.port)),
    shardsPerGroup: ClusterOwnership.shards,
    shardLockExpiration: lease,
    refreshAssignmentsInterval: "500 millis",
    runnerHealthCheckInterval: "1 second",
    /** How soon shards are tried again that could not be taken; messages there are none. */
    entityMessagePollInterval: "1 second"
  })
