/** Requests that are answered with one operation; an answer that is none is an error with the provider's ids. */
import * as Clock from "effect/Clock"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Headers from "effect/http/Headers"
import { present } from "@opwatch/core/FieldReader"
import type { Poll } from "@opwatch/core/Provider"
import type { ProviderError } from "@opwatch/core/ProviderError"
import * as Reference from "@opwatch/core/Reference"
import * as Timestamp from "@opwatch/core/Timestamp"
import type { ToOperation } from "./ListedOperations.ts"
import type { RestClient, RestRequest } from "./RestClient.ts"

export interface OperationRequest {
  (id: Reference.OperationId, request: Pick<RestRequest, "method" | "path">): Effect.Effect<Poll, ProviderError>
}

export interface OperationRequestOptions {
  readonly client: RestClient
  readonly source: Reference.SourceName
  readonly toOperation: ToOperation
  /** What the provider's headers wish of the next poll. */
  readonly pauseOf?: (headers: Headers.Headers) => Duration.Duration | undefined
}

export const make =
  ({ client, pauseOf, source, toOperation }: OperationRequestOptions): OperationRequest =>
  (id, request) =>
    client.decoded({ ...request, id }, (answer, headers) =>
      Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        const read = toOperation(answer, Reference.make(source, id), Timestamp.fromMillis(now))
        return { operation: yield* Effect.fromResult(read), ...present({ pause: pauseOf?.(headers) }) }
      }).pipe(Effect.mapError((problem) => `the answer is no operation: ${problem}`))
    )
