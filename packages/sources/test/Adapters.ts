/** The two adapters as data: how each API words what the conformance suite asks of both. */
import type { Fault } from "@opwatch/emulator/Fault"
import type { ListQuery } from "@opwatch/core/ListQuery"
import type { LogStep } from "@opwatch/core/LogStep"
import type { OperationState } from "@opwatch/core/OperationState"
import type { Reason } from "@opwatch/core/ProviderError"
import type { JsonObject } from "effect/Schema"

export interface Adapter {
  readonly api: "toloka" | "cloud"
  /** Where the emulator speaks for it. */
  readonly path: string
  /** Fields that put an operation in a state. */
  readonly states: Partial<Record<OperationState, JsonObject>>
  readonly canCancel: boolean
  /** A list: what it must be asked for, and the fields that put an operation submitted then, of that kind, in it. */
  readonly list: {
    readonly query: ListQuery
    readonly listed: (submittedAt: string, kind: string) => JsonObject
    readonly wrongQuery: ListQuery
  }
  /** A log as sent and as read; none where the API has none. */
  readonly log?: { readonly sent: ReadonlyArray<JsonObject>; readonly read: ReadonlyArray<Partial<LogStep>> }
  /** By kind of auth. */
  readonly credentials: Readonly<Record<string, string>>
  /** What a good secret under the wrong scheme leads to. */
  readonly wrongScheme: Reason["_tag"]
}

const toloka: Adapter = {
  api: "toloka",
  path: "/api/v1",
  states: {
    pending: { status: "PENDING" },
    running: { status: "RUNNING", progress: 40 },
    succeeded: { status: "SUCCESS", progress: 100 },
    failed: { status: "FAIL" },
    unknown: { status: "PAUSED" }
  },
  canCancel: false,
  list: {
    query: {},
    listed: (submittedAt, type) => ({ submitted: submittedAt.replace("Z", ""), type }),
    wrongQuery: { resource: "compute/instances/fhm1" }
  },
  log: {
    sent: [
      {
        type: "USER_BONUS_PERSIST",
        success: true,
        input: { __item_idx: "1", amount: "1.50" },
        output: { user_bonus_id: "7" }
      },
      {
        type: "USER_BONUS_VALIDATE",
        success: false,
        input: { __item_idx: "0" },
        output: { amount: { code: "TOO_LARGE" } }
      }
    ],
    read: [
      { index: 0, item: 1, success: true, created: { type: "user_bonus", id: "7" } },
      { index: 1, item: 0, success: false, errors: [{ field: "amount", code: "TOO_LARGE", message: "TOO_LARGE" }] }
    ]
  },
  credentials: { oauth: "y0_conformance-token", apiKey: `${"k".repeat(23)}.conformance.key` },
  wrongScheme: "Forbidden"
}

const cloud: Adapter = {
  api: "cloud",
  path: "",
  states: {
    running: { metadata: { progressPercentage: 40 } },
    rolling_back: { error: { code: 9, message: "No" } },
    succeeded: { done: true, response: { id: "fhm1" } },
    failed: { done: true, error: { code: 8, message: "Quota limit exceeded" } },
    cancelled: { done: true, error: { code: 1, message: "Cancelled" } }
  },
  canCancel: true,
  list: {
    query: { resource: "compute/instances/fhm1" },
    listed: (createdAt, kind) => ({
      createdAt,
      metadata: { "@type": `type.googleapis.com/${kind}Metadata`, instanceId: "fhm1" }
    }),
    wrongQuery: {}
  },
  credentials: { iamToken: "t1.conformance.token", apiKey: "AQVN-conformance-key" },
  wrongScheme: "Unauthenticated"
}

export const adapters = [toloka, cloud]

/** What a get meets while the emulator does this to every request. */
export const faults: Record<Fault["kind"], Reason["_tag"]> = {
  throttled: "Throttled",
  internal: "Unavailable",
  badGateway: "Unavailable",
  unavailable: "Unavailable",
  reset: "Unavailable",
  slow: "Unavailable",
  notJson: "MalformedAnswer",
  truncated: "Unavailable"
}

/** What a get meets when the service answers with this status, in the error shape of its API. */
export const statuses: ReadonlyArray<readonly [number, Reason["_tag"]]> = [
  [302, "Redirected"],
  [400, "Rejected"],
  [401, "Unauthenticated"],
  [403, "Forbidden"],
  [404, "OperationNotFound"],
  [409, "Rejected"],
  [429, "Throttled"],
  [500, "Unavailable"],
  [501, "Unsupported"],
  [502, "Unavailable"],
  [503, "Unavailable"],
  [504, "Unavailable"]
]
