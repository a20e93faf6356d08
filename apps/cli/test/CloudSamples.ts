/** The cloud's operations in the shapes that have something to explain. */
import type { Json, JsonObject } from "effect/Schema"

const instance = {
  description: "Create instance",
  createdAt: "2024-03-05T10:00:00.104729381Z",
  createdBy: "aje0user",
  modifiedAt: "2024-03-05T10:00:05.5Z",
  metadata: {
    "@type": "type.googleapis.com/yandex.cloud.compute.v1.CreateInstanceMetadata",
    instanceId: "fhm0instance"
  }
}

const detail = (type: string, fields: JsonObject): JsonObject => ({ "@type": `type.googleapis.com/${type}`, ...fields })
const request = detail("google.rpc.RequestInfo", { requestId: "5b0f0c1e-request" })

const failed = (code: number, message: string, ...details: ReadonlyArray<Json>): JsonObject => ({
  ...instance,
  done: true,
  error: { code, message, details: [...details] }
})

const vendorQuota = (name: string): JsonObject =>
  detail("yandex.cloud.quota.QuotaFailure", {
    violations: [{ metric: { name, limit: "12", usage: "12" }, required: "13" }]
  })

const done = (description: string, rest: JsonObject): JsonObject => ({
  description,
  createdAt: "2024-03-05T10:00:00Z",
  modifiedAt: "2024-03-05T10:00:05Z",
  done: true,
  ...rest
})

const database = (rest: JsonObject): JsonObject => ({
  description: "Update PostgreSQL cluster",
  createdAt: "2024-03-05T11:00:00Z",
  modifiedAt: "2024-03-05T11:20:00Z",
  metadata: {
    "@type": "type.googleapis.com/yandex.cloud.mdb.postgresql.v1.UpdateClusterMetadata",
    clusterId: "c9q0cluster",
    operationLog: {
      entities: [
        {
          clusterId: "c9q0cluster",
          action: "Updating cluster",
          startedAt: "2024-03-05T11:00:01Z",
          hosts: [
            { fqdn: "rc1a-0.mdb.example.net", action: "Restarting host", startedAt: "2024-03-05T11:05:00Z" },
            { fqdn: "rc1b-0.mdb.example.net", action: "Restarting host", startedAt: "2024-03-05T11:10:00Z" }
          ]
        }
      ]
    }
  },
  ...rest
})

export const cloudSamples: Readonly<Record<string, JsonObject>> = {
  "one that runs": { ...instance, done: false },
  "one that runs for days": { ...instance, createdAt: "2024-03-01T10:00:00Z" },
  "one that succeeded": { ...instance, done: true, response: { id: "fhm0instance" } },
  "one that is rolled back": { ...instance, error: { code: 13, message: "Internal error", details: [] } },
  "one that was cancelled": failed(1, "Operation was cancelled", request),
  "the limit of active operations": failed(
    8,
    "The limit on maximum number of active operations has exceeded.",
    request
  ),
  "a conflicting operation": failed(9, "Conflicting operation fhm0other detected", request),
  "a conflicting operation in quotes": failed(10, 'conflicting operation "fhm0other" detected'),
  "a quota by its message": failed(8, "Quota limit compute.instances.count exceeded"),
  "a limit that passes by its message": failed(8, "Quota limit ai.requests.rate exceeded"),
  "a quota by the vendor's detail": failed(
    8,
    "Quota limit compute.instances.count exceeded",
    vendorQuota("compute.instances.count"),
    request
  ),
  "a limit that passes by the vendor's detail": failed(
    8,
    "Quota limit ai.requests.rate exceeded",
    vendorQuota("ai.requests.rate"),
    detail("google.rpc.RetryInfo", { retryDelay: "30s" })
  ),
  "a quota by the other detail": failed(
    8,
    "Quota exceeded",
    detail("google.rpc.QuotaFailure", {
      violations: [{ subject: "clouds/b1g0cloud", description: "Quota limit compute.disks.size exceeded" }]
    })
  ),
  "another limit": failed(8, "Too many requests"),
  "no changes": failed(9, "No changes detected"),
  "an unknown error": failed(2, "Unknown error", request),
  "an error without a message": failed(2, ""),
  "permission denied": failed(7, "Permission denied to resource-manager.folder b1g0folder", request),
  "an unknown api key": failed(16, "Unknown api key ****"),
  "an expired token": failed(16, "Token is invalid or has expired."),
  "not authenticated": failed(16, "Unauthenticated"),
  "invalid fields": failed(
    3,
    "Request validation error",
    detail("google.rpc.BadRequest", {
      fieldViolations: [
        { field: "resources.cores", description: "must be one of 2, 4, 8" },
        { field: "name", description: "is too long" }
      ]
    })
  ),
  "an invalid request": failed(3, "Illegal argument zoneId"),
  "a deadline exceeded": failed(4, "Deadline exceeded"),
  "something that is not there": failed(5, "Subnet e9b0subnet not found"),
  "something that is there already": failed(6, "Instance with name web-1 already exists"),
  "a precondition": failed(
    9,
    "Disk is in use",
    detail("google.rpc.ErrorInfo", {
      reason: "DISK_BUSY",
      domain: "compute",
      metadata: { requestId: "r-2", disk: "epd0" }
    }),
    detail("google.rpc.PreconditionFailure", {
      violations: [{ type: "ATTACHED", subject: "disk epd0", description: "is attached to fhm0other" }]
    }),
    detail("google.rpc.LocalizedMessage", { locale: "en", message: "Detach the disk first." }),
    detail("google.rpc.Help", { links: [{ description: "Disks", url: "https://example.com/disks" }] })
  ),
  "another change in the way": failed(10, "Transaction aborted"),
  "an internal error": failed(13, "Internal error", request),
  "a service that was not available": failed(14, "Service unavailable"),
  "a code without a name": failed(77, "New kind of failure"),
  "both error and result": { ...failed(13, "Internal error"), response: { id: "fhm0instance" } },
  "a recognised text, version 3": done("STT v3 async recognition", {}),
  "a recognised text, version 2": done("STT async recognition", {
    response: { "@type": "type.googleapis.com/yandex.cloud.ai.stt.v2.LongRunningRecognitionResponse", chunks: [] }
  }),
  "a completion": done("Async GPT Completion", {
    response: { "@type": "type.googleapis.com/yandex.cloud.ai.foundation_models.v1.CompletionResponse" }
  }),
  "an audit trail": done("operation_create", {
    metadata: { "@type": "type.googleapis.com/yandex.cloud.audittrails.v1.CreateTrailMetadata", trailId: "cnp0trail" }
  }),
  "another one without a result": done("Delete disk", {
    metadata: { "@type": "type.googleapis.com/yandex.cloud.compute.v1.DeleteDiskMetadata", diskId: "epd0" }
  }),
  "a database that is changed": database({}),
  "a database that could not be changed": database({
    done: true,
    error: { code: 13, message: "Host did not come back", details: [] }
  }),
  "one without a description": { metadata: instance.metadata },
  "nothing but an id": {}
}
