/** The cloud services as documented: which resources have a list of operations, and under which ids the services are found. */

interface Service {
  /** Its paths are `/<name>/v1/<collection>/…`. */
  readonly name: string
  readonly collections: ReadonlyArray<string>
  /** Those of the collections whose lists take a filter. */
  readonly filtered: ReadonlyArray<string>
}

const databases = [
  "postgresql",
  "mysql",
  "clickhouse",
  "mongodb",
  "redis",
  "kafka",
  "opensearch",
  "elasticsearch",
  "greenplum",
  "spqr",
  "trino",
  "airflow",
  "metastore"
]

const service = (name: string, collections: string, filtered = ""): Service => ({
  name,
  collections: collections.split(" "),
  filtered: filtered.split(" ")
})

const services: ReadonlyArray<Service> = [
  service(
    "compute",
    "instances disks images snapshots filesystems hostGroups placementGroups diskPlacementGroups gpuClusters snapshotSchedules reservedInstancePools instanceGroups",
    "instanceGroups"
  ),
  service("vpc", "networks subnets addresses gateways routeTables securityGroups endpoints"),
  ...databases.map((name) => service(`managed-${name}`, "clusters")),
  service("managed-kubernetes", "clusters nodeGroups", "clusters nodeGroups"),
  service("iam", "serviceAccounts keys apiKeys"),
  service("resource-manager", "clouds folders"),
  service("functions", "functions", "functions"),
  service("triggers", "triggers", "triggers"),
  service("containers", "containers", "containers"),
  service("apigateways", "apigateways", "apigateways"),
  service("load-balancer", "networkLoadBalancers targetGroups"),
  service("apploadbalancer", "loadBalancers backendGroups httpRouters targetGroups"),
  service("kms", "keys"),
  service("lockbox", "secrets"),
  service("dns", "zones"),
  service("certificate-manager", "certificates"),
  service("logging", "logGroups sinks exports"),
  service("audit-trails", "trails"),
  service("dataproc", "clusters"),
  service("organization-manager", "organizations groups")
]

/** Ids of endpoint discovery that are not the name in a path. */
const otherIds = [
  "operation",
  "mdb",
  "k8s",
  "resourcemanager",
  "organizationmanager",
  "serverless-functions",
  "serverless-triggers",
  "serverless-containers",
  "serverless-apigateway",
  "alb",
  "audittrails",
  "llm"
]

export const endpointIds: ReadonlyArray<string> = [...otherIds, ...services.map(({ name }) => name)].toSorted()

/** Whether the lists of the collection take a filter; undefined for a collection that has no lists. */
export const lookUp = (name: string, collection: string): boolean | undefined => {
  const found = services.find((service) => service.name === name)
  return found?.collections.includes(collection) ? found.filtered.includes(collection) : undefined
}
