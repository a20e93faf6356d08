/** Explains an operation, with its log where there is one to read. */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Backoff from "./Backoff.ts"
import type { Explanation } from "./Explanation.ts"
import { explain } from "./Explanation.ts"
import type { LogDigest } from "./LogDigest.ts"
import * as LogDigests from "./LogDigest.ts"
import type { Operation } from "./Operation.ts"
import type { Provider } from "./Provider.ts"
import type { ProviderError } from "./ProviderError.ts"

/** A log that does not exist, or no longer does, makes the explanation shorter and is no failure. */
export const explainOperation = (
  provider: Provider,
  operation: Operation
): Effect.Effect<Explanation, ProviderError> => {
  const mayHaveLog = provider.capabilities.log && (operation.done || operation.counts !== undefined)
  const log = mayHaveLog ? digestOf(provider, operation) : Effect.succeed(LogDigests.empty)
  return Effect.map(log, (digest) => explain(operation, provider.diagnose(operation), digest))
}

const digestOf = (provider: Provider, { id }: Operation): Effect.Effect<LogDigest, ProviderError> =>
  Effect.suspend(() => {
    const collector = LogDigests.collector()
    return provider.log(id).pipe(
      Stream.runForEach((step) => Effect.sync(() => collector.add(step))),
      Effect.map(() => collector.digest())
    )
  }).pipe(
    Backoff.retry,
    Effect.catchReasons("ProviderError", {
      Unsupported: () => Effect.succeed(LogDigests.empty),
      OperationNotFound: () => Effect.succeed(LogDigests.empty)
    })
  )
