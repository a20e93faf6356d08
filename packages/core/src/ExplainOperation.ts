/** Explains an operation, with its log where there is one to read. */
import * as Effect from "effect/Effect"
import type { Explanation } from "./Explanation.ts"
import { explain } from "./Explanation.ts"
import type { LogDigest } from "./LogDigest.ts"
import * as LogDigests from "./LogDigest.ts"
import type { Operation } from "./Operation.ts"
import type { Provider } from "./Provider.ts"
import type { ProviderError } from "./ProviderError.ts"
import { readLog } from "./ReadLog.ts"

/** A log that does not exist, or no longer does, is a fact for the explanation and no failure. */
export const explainOperation = (
  provider: Provider,
  operation: Operation
): Effect.Effect<Explanation, ProviderError> => {
  const mayHaveLog = provider.capabilities.log && (operation.done || operation.counts !== undefined)
  const log = mayHaveLog ? digestOf(provider, operation) : Effect.succeed(LogDigests.empty)
  return Effect.map(log, (digest) => explain(operation, provider.diagnose(operation, digest), digest))
}

const digestOf = (provider: Provider, { id }: Operation): Effect.Effect<LogDigest, ProviderError> =>
  Effect.suspend(() => {
    const collector = LogDigests.collector()
    return readLog(provider, id, (step) => Effect.sync(() => collector.add(step))).pipe(
      Effect.map(() => collector.digest()),
      Effect.catchIf(
        ({ reason }) => reason._tag === "Unsupported" || reason._tag === "OperationNotFound",
        (missing) => Effect.succeed({ ...collector.digest(), missing })
      )
    )
  })
