/** Reading, awaiting, explaining and cancelling one operation. */
import { Explanation } from "@opwatch/core/Explanation"
import { LogStep } from "@opwatch/core/LogStep"
import { Operation } from "@opwatch/core/Operation"
import * as Schema from "effect/Schema"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { Authenticated, about } from "./Authenticated.ts"
import { OperationEvent } from "./OperationEvent.ts"
import * as Parameters from "./Parameters.ts"
import { providerAndStoreProblems, providerProblems } from "./ProviderProblem.ts"

const get = HttpApiEndpoint.get("get", Parameters.operationPath, {
  params: Parameters.operationParams,
  query: { maxAge: Parameters.maxAge },
  success: Operation,
  error: providerProblems
}).annotateMerge(
  about({
    summary: "The operation",
    description:
      "An operation that has ended, is tracked or is waited for, as it is known; any other is asked for, once for all who ask meanwhile. " +
      "`maxAge=0s` asks the provider now. An operation that failed is answered with 200: the request succeeded.",
    scope: "read"
  })
)

const wait = HttpApiEndpoint.get("wait", `${Parameters.operationPath}/wait`, {
  params: Parameters.operationParams,
  query: { timeout: Parameters.timeout },
  success: Operation,
  error: providerProblems
}).annotateMerge(
  about({
    summary: "The operation, when it is done",
    description:
      "Answers when the operation is done, or with its current state when `timeout` (30s if not given, at most 10m) is up; `done` tells which. " +
      "If nothing is known of it by then, the last failure to ask for it is the answer. All who wait share the same polls.",
    scope: "read",
    longLived: true
  })
)

const events = HttpApiEndpoint.get("events", `${Parameters.operationPath}/events`, {
  params: Parameters.operationParams,
  query: { setbacks: Parameters.setbacks },
  headers: { "last-event-id": Parameters.lastEventId },
  success: [HttpApiSchema.StreamSse({ events: OperationEvent }), HttpApiSchema.NoContent],
  error: providerAndStoreProblems
}).annotateMerge(
  about({
    summary: "Each change of the operation, as it happens",
    description:
      "Server-sent events: `operation` with the present state, then one for each change, ending after the final one. With `Last-Event-ID` the present state is sent only if it is another one; " +
      "204, which tells a browser not to connect again, when that was the final one. A failure after the first answer is sent as a `problem` event and ends the stream. " +
      "With `setbacks=true` polls of the server's own that failed and may pass are sent too, as `setback` events `{problem, nextPollInMillis}`; once one succeeds the operation is sent again, changed or not. A comment every 15 seconds keeps the connection alive. " +
      "For an operation that the caller tracks every change comes, each once and in order, after the one that `Last-Event-ID` names, across restarts of the server too; from an id older than what is kept, the present state. When the caller stops to track it the stream ends. " +
      "With `setbacks=true` there are no such ids. The operation carries no `raw`, and no `result` over 64 KB (`resultOmitted`).",
    scope: "read",
    longLived: true
  })
)

export const LogPage = Schema.Struct({
  steps: Schema.Array(LogStep),
  /** Absent on the last page. */
  nextPageToken: Schema.optionalKey(Schema.String)
}).annotate({ identifier: "LogPage" })

const log = HttpApiEndpoint.get("log", `${Parameters.operationPath}/log`, {
  params: Parameters.operationParams,
  query: { pageSize: Parameters.pageSize, pageToken: Parameters.pageToken },
  success: LogPage,
  error: providerProblems
}).annotateMerge(
  about({
    summary: "The log, step by step",
    description:
      "In pages of `pageSize` steps (1000 if not given, at most 10000); `pageToken` is the `nextPageToken` of the page before. " +
      "`unsupported` if the provider keeps no log for this operation. Each page is a request to the provider.",
    scope: "read"
  })
)

const explanation = HttpApiEndpoint.get("explanation", `${Parameters.operationPath}/explanation`, {
  params: Parameters.operationParams,
  success: Explanation,
  error: providerProblems
}).annotateMerge(
  about({
    summary: "Why the operation is as it is, and what to do next",
    description: "Put together from the operation, the provider's error details and the log, where there is one.",
    scope: "read"
  })
)

const cancel = HttpApiEndpoint.post("cancel", `${Parameters.operationPath}/cancel`, {
  params: Parameters.operationParams,
  success: Operation,
  error: providerProblems
}).annotateMerge(
  about({
    summary: "Ask to cancel the operation",
    description:
      "Answers with the operation as it stands then, which is rarely the end of it: wait to learn how it ends. `unsupported` if the provider cannot cancel it.",
    scope: "cancel"
  })
)

export class OperationsApi extends HttpApiGroup.make("operations")
  .add(get, wait, events, log, explanation, cancel)
  .middleware(Authenticated)
  .annotateMerge(
    OpenApi.annotations({
      title: "Operations",
      description: "Long-running operations, each named by its source and its id there."
    })
  ) {}
