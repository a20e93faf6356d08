/** Which servers share the polls. */
import { Cluster } from "@opwatch/core/Cluster"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as OpenApi from "effect/http-api/OpenApi"
import { Authenticated, about } from "./Authenticated.ts"
import { StoreUnavailable } from "./Problems.ts"

const cluster = HttpApiEndpoint.get("cluster", "/v1/cluster", {
  success: Cluster,
  error: StoreUnavailable
}).annotateMerge(
  about({
    summary: "The servers that share the polls",
    description:
      "Each runner of the cluster with the partitions that it has, how much it polls and how late, and its share of each poll budget; and the partitions that nobody polls. " +
      "Every server answers alike, by what each told within the last second, of itself by what is so now. A server that is in no cluster is the one runner, and has all partitions.",
    scope: "admin"
  })
)

export class ClusterApi extends HttpApiGroup.make("cluster", { topLevel: true })
  .add(cluster)
  .middleware(Authenticated)
  .annotateMerge(OpenApi.annotations({ title: "Cluster", description: "For those who run the servers." })) {}
