/** Explains one operation from all that its provider tells: the operation, its error details and its log. */
import * as Explanation from "@opwatch/core/Explanation"
import * as LogDigest from "@opwatch/core/LogDigest"
import type { Operation } from "@opwatch/core/Operation"
import type { ProviderError } from "@opwatch/core/ProviderError"
import * as Effect from "effect/Effect"
import type { Target } from "./Asked.ts"
import * as Request from "./Request.ts"

export const explainer = (get: (target: Target) => Effect.Effect<Operation, ProviderError>) =>
  Effect.fnUntraced(function* (target: Target) {
    const operation = yield* get(target)
    const digest = mayHaveLog(target, operation) ? yield* digestOf(target) : LogDigest.empty
    return Explanation.explain(operation, target.provider.diagnose(operation), digest)
  })

const mayHaveLog = ({ provider }: Target, { counts, done }: Operation): boolean =>
  provider.capabilities.log && (done || counts !== undefined)

/** Not every kind of operation has a log, and old ones are thrown away: then there is less to say, and no error. */
const digestOf = (target: Target) =>
  Effect.suspend(() => {
    const collector = LogDigest.collector()
    return Request.log(target, (step) => Effect.sync(() => collector.add(step))).pipe(
      Effect.catchIf(
        ({ reason }) => reason._tag === "Unsupported" || reason._tag === "OperationNotFound",
        () => Effect.void
      ),
      Effect.map(() => collector.digest())
    )
  })
