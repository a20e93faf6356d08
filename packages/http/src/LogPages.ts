/** A provider's log in pages. A page begins where its token says, counted in steps from the start. */
import { defaultPageSize } from "@opwatch/api/Parameters"
import * as Backoff from "@opwatch/core/Backoff"
import type { LogStep } from "@opwatch/core/LogStep"
import type { Provider } from "@opwatch/core/Provider"
import type { ProviderError } from "@opwatch/core/ProviderError"
import type { OperationId } from "@opwatch/core/Reference"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

export interface PageOptions {
  readonly pageSize?: number
  readonly pageToken?: string
}

export const page = (
  provider: Provider,
  id: OperationId,
  { pageSize = defaultPageSize, pageToken = "0" }: PageOptions
): Effect.Effect<{ readonly steps: ReadonlyArray<LogStep>; readonly nextPageToken?: string }, ProviderError> => {
  const start = Number(pageToken)
  const one = provider.log(id).pipe(Stream.drop(start), Stream.take(pageSize + 1), Stream.runCollect)
  return Effect.map(Backoff.retry(one), (steps) =>
    steps.length > pageSize ? { steps: steps.slice(0, pageSize), nextPageToken: String(start + pageSize) } : { steps }
  )
}
