/** What one of each thing costs, as measured. Where each figure is from stands beside it in the file. */
import * as Schema from "effect/Schema"
import * as Transformation from "effect/SchemaTransformation"
import { readFileSync } from "node:fs"

const Cost = Schema.Struct({ value: Schema.Finite, from: Schema.String }).pipe(
  Schema.decodeTo(
    Schema.Finite,
    Transformation.transform({ decode: ({ value }) => value, encode: (value) => ({ value, from: "" }) })
  )
)

const UnitCosts = Schema.Struct({
  /** Processor time of a runner: for a poll that shows nothing new, and in each second without any. */
  pollMillis: Cost,
  idleMillis: Cost,
  /** For a change that it stores, and for one that it reads from the store. */
  changeMillis: Cost,
  followMillis: Cost,
  trackMillis: Cost,
  /** For one event to one reader. */
  eventMillis: Cost,
  transactionMillis: Cost,
  /** How long a transaction holds the counters: for itself, for each thing in it, and until it is on disk. */
  lockMillis: Cost,
  lockChangeMillis: Cost,
  lockTrackMillis: Cost,
  lockPruneMillis: Cost,
  lockDispatchMillis: Cost,
  flushMillis: Cost,
  /** Processor time of Postgres. */
  databaseTransactionMillis: Cost,
  databaseChangeMillis: Cost,
  databaseFollowMillis: Cost,
  databaseTrackMillis: Cost,
  databasePruneMillis: Cost,
  walChangeBytes: Cost,
  walTrackBytes: Cost,
  walPruneBytes: Cost,
  /** With indexes. */
  storedOperationBytes: Cost,
  storedChangeBytes: Cost,
  memoryBaseBytes: Cost,
  memoryOperationBytes: Cost,
  /** Request and answer. */
  pollBytes: Cost
})
export type UnitCosts = typeof UnitCosts.Type

const decode = Schema.decodeUnknownSync(Schema.fromJsonString(UnitCosts))

export const read = (path: string | URL = new URL("unit-costs.json", import.meta.url)): UnitCosts =>
  decode(readFileSync(path, "utf8"))
