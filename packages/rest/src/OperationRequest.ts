/** Requests that are answered with one operation; an answer that is none is an error with the provider's ids. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Operation } from "@opwatch/core/Operation"
import type { ProviderError } from "@opwatch/core/ProviderError"
import * as Reference from "@opwatch/core/Reference"
import * as Timestamp from "@opwatch/core/Timestamp"
import type { ToOperation } from "./ListedOperations.ts"
import type { RestClient, RestRequest } from "./RestClient.ts"

export interface OperationRequest {
  (id: Reference.OperationId, request: Pick<RestRequest, "method" | "path">): Effect.Effect<Operation, ProviderError>
}

export const make =
  (client: RestClient, source: Reference.SourceName, toOperation: ToOperation): OperationRequest =>
  (id, request) =>
    client.decoded({ ...request, id }, (answer) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) =>
        Effect.fromResult(toOperation(answer, Reference.make(source, id), Timestamp.fromMillis(now)))
      ).pipe(Effect.mapError((problem) => `the answer is no operation: ${problem}`))
    )
