/** Keeping watch over operations: what the server polls until it ends, whoever waits for it or not, and what came of it. */
import { Change } from "@opwatch/core/Change"
import { TrackedOperation } from "@opwatch/core/Tracking"
import * as Schema from "effect/Schema"
import * as HttpApi from "effect/http-api/HttpApi"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { Authenticated, about } from "./Authenticated.ts"
import { lastEventId, operationParams, operationPath, timeout } from "./Parameters.ts"
import * as Parameters from "./TrackingParameters.ts"
import * as Problems from "./Problems.ts"
import { SentBatchItem, TrackRequest } from "./TrackRequest.ts"
import { TrackingEvent } from "./TrackingEvent.ts"
import { TrackingWebhook } from "./Webhook.ts"
import { WebhookRefused } from "./WebhookProblems.ts"

const strict = { onExcessProperty: "error" } as const

/** What is tracked now, and the webhook that it was given. */
export const TrackAnswer = Schema.Struct({
  ...TrackedOperation.fields,
  webhook: Schema.optionalKey(TrackingWebhook)
}).annotate({ identifier: "TrackAnswer" })

const track = HttpApiEndpoint.put("track", operationPath, {
  params: operationParams,
  payload: [TrackRequest, Schema.Null],
  success: [TrackAnswer.pipe(HttpApiSchema.status(201)), TrackAnswer],
  error: [
    Problems.SourceNotFound,
    Problems.TooManyTracked,
    WebhookRefused,
    Problems.WebhooksUnavailable,
    Problems.StoreUnavailableResponse
  ]
})
  .annotate(HttpApi.PayloadParseOptions, strict)
  .annotateMerge(
    about({
      summary: "Track the operation",
      description:
        "From now on it is polled until it ends, while the provider is down and after the server was too. 201 if it was not tracked, 200 if it was: labels, deadline and webhook are then those of this request. " +
        "The body may be empty. `deadline` is a time (RFC 3339) or a duration from now such as `2h`; once it passes there is an `operation.overdue` event, and polling goes on. " +
        "What has not been seen at the provider yet is in state `unknown`. " +
        "With `webhook` its changes are sent to that URL; a secret that is made for it stands in this answer's `webhook.secret` alone. A request without a secret leaves the one that there is for the same URL, and does not tell it: who lost the answer gives one. It is told of what changes from now on: an operation that is answered as `done` has no more to tell. Without `webhook` there is none any more.",
      scope: "track"
    })
  )

const untrack = HttpApiEndpoint.delete("untrack", operationPath, {
  params: operationParams,
  success: HttpApiSchema.NoContent,
  error: [Problems.NotTracked, Problems.StoreUnavailableResponse]
}).annotateMerge(
  about({
    summary: "Stop tracking the operation",
    description:
      "The operation itself goes on. Polling ends when nobody else tracks it or waits for it. The webhook that it was tracked with goes, with what was not delivered. `not-tracked` if the caller does not track it.",
    scope: "track"
  })
)

export const TrackedPage = Schema.Struct({
  operations: Schema.Array(TrackedOperation),
  /** Absent on the last page. */
  nextPageToken: Schema.optionalKey(Schema.String)
}).annotate({ identifier: "TrackedPage" })

const list = HttpApiEndpoint.get("list", "/v1/operations", {
  query: { ...Parameters.conditions, pageSize: Parameters.pageSize, pageToken: Parameters.pageToken },
  success: TrackedPage,
  error: Problems.StoreUnavailableResponse
}).annotateMerge(
  about({
    summary: "What the caller tracks",
    description:
      "The latest tracked first, in pages of `pageSize` (100 if not given, at most 1000). `label=name=value` may be given several times. All conditions must hold. " +
      "What is tracked while pages are read may be missing from them, and nothing is in them twice.",
    scope: "read"
  })
)

export const HistoryPage = Schema.Struct({
  changes: Schema.Array(Change),
  /** Absent on the last page. */
  nextPageToken: Schema.optionalKey(Schema.String)
}).annotate({ identifier: "HistoryPage" })

const history = HttpApiEndpoint.get("history", `${operationPath}/history`, {
  params: operationParams,
  query: { pageSize: Parameters.pageSize, pageToken: Parameters.pageToken },
  success: HistoryPage,
  error: [Problems.NotTracked, Problems.StoreUnavailableResponse]
}).annotateMerge(
  about({
    summary: "What happened to the operation",
    description:
      "Each change that the tracker saw, the oldest first, in pages of `pageSize` (100 if not given, at most 1000). Old changes are let go after a while. `not-tracked` if the caller does not track it.",
    scope: "read"
  })
)

/** Items that are not of their form come too: each has its own answer. */
const BatchRequest = Schema.Struct({
  operations: Schema.Array(Schema.Union([SentBatchItem, Schema.Unknown])).check(
    Schema.isMinLength(1),
    Schema.isMaxLength(1_000)
  )
}).annotate({ identifier: "BatchRequest" })

export const BatchProblem = Schema.Union([
  Problems.BadInput,
  Problems.SourceNotFound,
  Problems.TooManyTracked,
  WebhookRefused,
  Problems.WebhooksUnavailable
])
export type BatchProblem = typeof BatchProblem.Type

export const BatchResult = Schema.Struct({
  /** As it was given, or in its short form if it could be read; empty if there was none. */
  ref: Schema.String,
  /** As tracking it alone would be answered. */
  status: Schema.Int,
  /** Where it was tracked with one. */
  webhook: Schema.optionalKey(TrackingWebhook),
  problem: Schema.optionalKey(BatchProblem)
}).annotate({ identifier: "BatchResult" })
export type BatchResult = typeof BatchResult.Type

const batch = HttpApiEndpoint.post("batch", "/v1/operations/batch", {
  payload: BatchRequest,
  success: Schema.Struct({ results: Schema.Array(BatchResult) }),
  error: Problems.StoreUnavailableResponse
})
  .annotate(HttpApi.PayloadParseOptions, strict)
  .annotateMerge(
    about({
      summary: "Track many operations",
      description:
        "From 1 to 1000 of them. One that cannot be tracked does not stop the others: each has its own `status`, 201, 200 or that of its `problem`, in the order given, and its `webhook`, with the secret if one was made for it: it is told there alone. " +
        "Nothing is tracked if the answer itself is a problem. Of an operation that is named twice the last counts.",
      scope: "track",
      largeBody: true
    })
  )

const Count = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }))

export const TrackedSummary = Schema.Struct({
  total: Count,
  done: Count,
  succeeded: Count,
  failed: Count,
  partial: Count,
  cancelled: Count,
  lost: Count
}).annotate({ identifier: "TrackedSummary" })

const summary = HttpApiEndpoint.get("summary", "/v1/summary", {
  query: { label: Parameters.label, wait: timeout },
  success: TrackedSummary,
  error: Problems.StoreUnavailableResponse
}).annotateMerge(
  about({
    summary: "How far a group of operations is",
    description:
      "Counts of what the caller tracks under all these labels; without any, of all it tracks. With `wait` (at most 10m) the answer comes when all are done or time is up: `done` against `total` tells which. " +
      "`succeeded` includes those that did so in part, which `partial` counts.",
    scope: "read",
    longLived: true
  })
)

const events = HttpApiEndpoint.get("events", "/v1/events", {
  query: { ...Parameters.conditions, lastEventId },
  headers: { "last-event-id": lastEventId },
  success: HttpApiSchema.StreamSse({ events: TrackingEvent })
}).annotateMerge(
  about({
    summary: "Every change of what the caller tracks, as it happens",
    description:
      "Server-sent events, each named by its `type`; its `data` is `{id, type, at, operation, labels}`. `state` is the one that the change led to. " +
      "With `Last-Event-ID`, or `lastEventId` for clients that cannot set headers, every change after that one comes, each once and in order; without, those from now on. " +
      "Where changes are no longer kept there is a `reset` event `{id}`: read the list anew and go on from there. " +
      "The first message has an `id` alone, to resume from if nothing else comes. A comment every 15 seconds keeps the connection alive. Whoever reads nothing for a minute is cut off, and may resume.",
    scope: "read",
    longLived: true
  })
)

export class TrackingApi extends HttpApiGroup.make("tracking")
  .add(track, untrack, list, history, batch, summary, events)
  .middleware(Authenticated)
  .annotateMerge(
    OpenApi.annotations({
      title: "Tracking",
      description:
        "Operations that the server keeps watch over. With API keys, each key has its own: its labels, deadlines and webhooks; polls are shared."
    })
  ) {}
