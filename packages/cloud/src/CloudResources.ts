/** The resources whose operations Yandex Cloud lists, as data; every other resource has no such list that is known of. */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Reference from "@opwatch/core/Reference"

export interface CloudResource {
  /** Without host and query. */
  readonly path: string
  /** Names of its service in endpoint discovery; the first one that is found counts. */
  readonly endpoints: readonly [string, ...ReadonlyArray<string>]
  /** Whether the list takes a filter. */
  readonly hasFilter: boolean
}

interface Service {
  /** As in its paths, `/<name>/v1/…`. */
  readonly name: string
  readonly collections: ReadonlyArray<string>
  /** Those of the collections whose lists take a filter. */
  readonly filtered?: ReadonlyArray<string>
  /** Its names in endpoint discovery, where they are others. */
  readonly endpoints?: ReadonlyArray<string>
}

const words = (text: string): ReadonlyArray<string> => text.split(" ")

const databases = words(
  "postgresql mysql clickhouse mongodb redis kafka opensearch elasticsearch greenplum spqr trino airflow metastore"
)

const serverless = (name: string, endpoint: string): Service => ({
  name,
  collections: [name],
  filtered: [name],
  endpoints: [endpoint]
})

const services: ReadonlyArray<Service> = [
  {
    name: "compute",
    collections: words(
      "instances disks images snapshots filesystems hostGroups placementGroups diskPlacementGroups gpuClusters snapshotSchedules reservedInstancePools instanceGroups"
    ),
    filtered: ["instanceGroups"]
  },
  { name: "vpc", collections: words("networks subnets addresses gateways routeTables securityGroups endpoints") },
  ...databases.map((name) => ({ name: `managed-${name}`, collections: ["clusters"], endpoints: ["mdb"] })),
  {
    name: "managed-kubernetes",
    collections: ["clusters", "nodeGroups"],
    filtered: ["clusters", "nodeGroups"],
    endpoints: ["k8s"]
  },
  { name: "iam", collections: words("serviceAccounts keys apiKeys") },
  { name: "resource-manager", collections: words("clouds folders"), endpoints: ["resourcemanager"] },
  serverless("functions", "serverless-functions"),
  serverless("triggers", "serverless-triggers"),
  serverless("containers", "serverless-containers"),
  serverless("apigateways", "serverless-apigateway"),
  { name: "load-balancer", collections: words("networkLoadBalancers targetGroups") },
  {
    name: "apploadbalancer",
    collections: words("loadBalancers backendGroups httpRouters targetGroups"),
    endpoints: ["alb"]
  },
  { name: "kms", collections: ["keys"] },
  { name: "lockbox", collections: ["secrets"] },
  { name: "dns", collections: ["zones"] },
  { name: "certificate-manager", collections: ["certificates"] },
  { name: "logging", collections: words("logGroups sinks exports") },
  { name: "audit-trails", collections: ["trails"], endpoints: ["audittrails"] },
  { name: "dataproc", collections: ["clusters"] },
  {
    name: "organization-manager",
    collections: words("organizations groups"),
    endpoints: ["organizationmanager"]
  }
]

const isId = Schema.is(Reference.OperationId)

/** Text that names no resource with a list; the hint says what would have been right. */
export interface NoResource {
  readonly message: string
  readonly hint: string
}

/** Reads `<service>/<collection>/<id>`. */
export const parse = (text: string): Result.Result<CloudResource, NoResource> => {
  const refuse = (hint: string) =>
    Result.fail({ message: `"${text}" is no resource whose operations can be listed`, hint })
  const [name = "", collection = "", id = "", ...rest] = text.split("/")
  const service = services.find((service) => service.name === name)
  if (service === undefined) return refuse(known)
  if (!service.collections.includes(collection)) {
    return refuse(`right would be ${name}/${braced(service.collections)}/<id>`)
  }
  if (rest.length > 0 || !isId(id)) {
    return refuse(`after ${name}/${collection}/ comes an id: one path segment of letters, digits and ._~-`)
  }
  return Result.succeed({
    path: `/${name}/v1/${collection}/${id}/operations`,
    endpoints: [name, ...(service.endpoints ?? [])],
    hasFilter: service.filtered?.includes(collection) ?? false
  })
}

const braced = (names: ReadonlyArray<string>): string => {
  const [first = ""] = names
  return names.length === 1 ? first : `{${names.join(",")}}`
}

const all: ReadonlyArray<string> = [
  ...services
    .filter(({ name }) => !databases.includes(name.replace(/^managed-/, "")))
    .map(({ collections, name }) => `${name}/${braced(collections)}`),
  `managed-${braced(databases)}/clusters`
]

/** What can be named, in the short notation of a shell. */
export const known: string = `the known ones are <resource>/<id> with ${all.join(", ")}`
