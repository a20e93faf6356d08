/** Toloka's API as its own clients speak it: where its operations are found in it, and how it words errors. */
import * as Schema from "effect/Schema"
import { present } from "@opwatch/core/FieldReader"
import type * as Mirror from "@opwatch/core/Mirror"
import { OperationId, type SourceName } from "@opwatch/core/Reference"
import * as Forward from "@opwatch/rest/Forward"
import type { RestClient } from "@opwatch/rest/RestClient"

export interface TolokaMirrorOptions {
  readonly source: SourceName
  readonly url: string
  readonly client: RestClient
  readonly settings: Mirror.MirrorSettings
}

const isId = Schema.is(OperationId)

export const make = ({ client, settings, source, url }: TolokaMirrorOptions): Mirror.Mirror => {
  const operations = `${new URL(url).pathname.replace(/\/+$/, "")}/operations`

  return {
    ...settings,
    route: (method, path): Mirror.Asked => {
      if (method !== "GET" && method !== "HEAD") return { _tag: "Other" }
      if (path === operations) return { _tag: "Reading" }
      const [id, log, ...rest] = path.startsWith(`${operations}/`) ? path.slice(operations.length + 1).split("/") : []
      if (!isId(id) || rest.length > 0) return { _tag: "Other" }
      return log === undefined ? { _tag: "Operation", id } : { _tag: log === "log" ? "Reading" : "Other" }
    },
    refuse: ({ code, message, requestId, status }) => ({
      status: statuses.get(code ?? "") ?? status,
      body: present({ request_id: requestId, code: code ?? codes.get(status) ?? "INTERNAL_ERROR", message })
    }),
    forward: (request) => Forward.forward(source, client, request)
  }
}

/** What it says of a request that it was not asked itself, or did not name. */
const codes = new Map([
  [400, "VALIDATION_ERROR"],
  [401, "AUTHENTICATION_ERROR"],
  [403, "ACCESS_DENIED"],
  [404, "NOT_FOUND"],
  [405, "METHOD_NOT_ALLOWED"],
  [413, "ENTITY_TOO_LARGE"],
  [429, "TOO_MANY_REQUESTS"],
  [502, "REMOTE_SERVICE_UNAVAILABLE"],
  [503, "REMOTE_SERVICE_UNAVAILABLE"]
])

const statuses = new Map([
  ["ACCESS_DENIED", 403],
  ["OPERATION_LOGS_ARCHIVED", 409]
])
