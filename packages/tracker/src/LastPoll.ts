/** Operations as last polled here: what is known has not changed since, and what is guessed follows the time. */
import type { CompactOperation } from "@opwatch/core/CompactOperation"
import type { Durations } from "@opwatch/core/Durations"
import * as ExpectedEnd from "@opwatch/core/ExpectedEnd"
import * as Timestamp from "@opwatch/core/Timestamp"
import type { Entries } from "./Entries.ts"

export interface LastPoll {
  /** The same object if it has ended, is not polled here, or was not polled since. */
  readonly of: <A extends CompactOperation>(operation: A) => A
}

export const make = (entries: Pick<Entries, "get">, durations: Pick<Durations, "survival">): LastPoll => ({
  of: (operation) => {
    const { advance, polledAt = 0 } = entries.get(operation.ref) ?? {}
    if (operation.done || polledAt <= Timestamp.toMillis(operation.observedAt)) return operation
    return ExpectedEnd.withExpectedEnd({ ...operation, observedAt: Timestamp.fromMillis(polledAt) }, durations, advance)
  }
})
