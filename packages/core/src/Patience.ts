/** How long a single question may stay without an answer where nobody waits for an operation. */
import * as Duration from "effect/Duration"
import { ProviderError, Unavailable } from "./ProviderError.ts"
import type { Reference } from "./Reference.ts"

/** With all repetitions of the request. */
export const patience = Duration.seconds(12)

/** Patience is at its end. */
export const noAnswer = ({ id, source }: Reference, suffix = ""): ProviderError =>
  new ProviderError({
    source,
    id,
    reason: new Unavailable(),
    message: `no answer within ${Duration.toSeconds(patience)} seconds${suffix}`
  })
