/**
 * Whether runners live, by what Kubernetes says of the pods with their IP addresses. A runner whose pod is neither ready nor
 * starting, or that no pod in the list has, counts as dead though it lives. While Kubernetes does not answer, all count as alive.
 * The list is up to ten seconds old, so that a new pod may count as dead for as long.
 */
import * as NodeClusterSocket from "@effect/platform-node/NodeClusterSocket"
import type { K8sHttpClient } from "effect/cluster/K8sHttpClient"
import * as RunnerHealth from "effect/cluster/RunnerHealth"
import * as Layer from "effect/Layer"
import type { ClusterSettings } from "./ClusterSettings.ts"

/** Lists pods by `client`: unless told, with what the service account of the own pod may do. */
export const layer = (
  { labelSelector, namespace }: Pick<ClusterSettings, "labelSelector" | "namespace">,
  client: Layer.Layer<K8sHttpClient> = NodeClusterSocket.layerK8sHttpClient
): Layer.Layer<RunnerHealth.RunnerHealth> => Layer.provide(RunnerHealth.layerK8s({ labelSelector, namespace }), client)
