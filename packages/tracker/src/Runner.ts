/** What this process is known by among those that share a store. */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"

export interface Runner {
  /** No two have the same. */
  readonly address: string
  /** Of opwatch. */
  readonly version: string
  /** How long it may be silent before others count it as lost. */
  readonly leaseMillis: number
}

/** That of the process, which is alone unless it is told who it is. */
export const Runner = Context.Reference<Runner>("@opwatch/tracker/Runner", {
  defaultValue: () => ({ address: "localhost", version: "0.0.0", leaseMillis: Duration.toMillis("6 seconds") })
})

/** A runner that was silent for so long is in no list any more. */
export const forgottenAfterMillis = Duration.toMillis("1 hour")
