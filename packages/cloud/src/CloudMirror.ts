/** The operation service as its own clients speak it, the lists of other services' resources, and how all of them word errors. */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { ProviderError } from "@opwatch/core/ProviderError"
import * as Mirror from "@opwatch/core/Mirror"
import { OperationId, type SourceName } from "@opwatch/core/Reference"
import * as Forward from "@opwatch/rest/Forward"
import type { RestClient } from "@opwatch/rest/RestClient"
import * as CloudResources from "./CloudResources.ts"
import * as GrpcCode from "./GrpcCode.ts"

export interface CloudMirrorOptions {
  readonly source: SourceName
  readonly url: string
  readonly client: RestClient
  /** The service that a resource belongs to. */
  readonly clientOf: (resource: CloudResources.CloudResource) => Effect.Effect<RestClient, ProviderError>
  readonly settings: Mirror.MirrorSettings
}

const isId = Schema.is(OperationId)
const cancelSuffix = ":cancel"

export const make = ({ client, clientOf, settings, source, url }: CloudMirrorOptions): Mirror.Mirror => {
  const operations = `${new URL(url).pathname.replace(/\/+$/, "")}/operations/`

  return {
    ...settings,
    route: (method, path): Mirror.Asked => {
      const read = Mirror.readPath(path)
      const cancelled = read.endsWith(cancelSuffix)
        ? idAfter(operations, read.slice(0, -cancelSuffix.length))
        : undefined
      if (cancelled !== undefined) return { _tag: "Cancel", id: cancelled }
      if (method !== "GET" && method !== "HEAD") return { _tag: "Other" }
      if (resourceOf(path) !== undefined) return { _tag: "Reading" }
      const id = idAfter(operations, path)
      return id === undefined ? { _tag: "Other" } : { _tag: "Operation", id }
    },
    refuse: ({ code, message, requestId, status }) => {
      const name = code === undefined ? (codes.get(status) ?? "UNKNOWN") : code
      return {
        status: (code === undefined ? undefined : statuses.get(code)) ?? status,
        body: { code: GrpcCode.numberOf(name) ?? 2, message, details: detailsOf(requestId) }
      }
    },
    forward: (request) => {
      const [path = ""] = request.target.split("?")
      const resource = resourceOf(path)
      const service = resource === undefined ? Effect.succeed(client) : clientOf(resource)
      return Effect.flatMap(service, (client) => Forward.forward(source, client, request))
    }
  }
}

const idAfter = (prefix: string, path: string): OperationId | undefined => {
  const id = path.startsWith(prefix) ? path.slice(prefix.length) : undefined
  return isId(id) ? id : undefined
}

/** The resource whose list of operations this is the path of. */
const resourceOf = (path: string): CloudResources.CloudResource | undefined => {
  const [, service, collection, id] = /^\/([^/]+)\/v1\/([^/]+)\/([^/]+)\/operations$/.exec(path) ?? []
  return Result.getOrElse(CloudResources.parse([service, collection, id].join("/")), () => undefined)
}

const detailsOf = (requestId: string | undefined) =>
  requestId === undefined ? [] : [{ "@type": "type.googleapis.com/google.rpc.RequestInfo", requestId }]

/** What it says of a request that it was not asked itself, or did not name. */
const codes = new Map<number, GrpcCode.GrpcCode>([
  [400, "INVALID_ARGUMENT"],
  [401, "UNAUTHENTICATED"],
  [403, "PERMISSION_DENIED"],
  [404, "NOT_FOUND"],
  [413, "INVALID_ARGUMENT"],
  [429, "RESOURCE_EXHAUSTED"],
  [501, "UNIMPLEMENTED"],
  [500, "INTERNAL"],
  [502, "UNAVAILABLE"],
  [503, "UNAVAILABLE"]
])

const statuses = new Map<string, number>([
  ["CANCELLED", 499],
  ["INVALID_ARGUMENT", 400],
  ["DEADLINE_EXCEEDED", 504],
  ["ALREADY_EXISTS", 409],
  ["FAILED_PRECONDITION", 400],
  ["ABORTED", 409],
  ["OUT_OF_RANGE", 400],
  ["UNIMPLEMENTED", 501]
])
