/**
 * Requests to track, carried out as one. Each finds what those before it left, as if they came one by one: the same operation
 * may be asked for twice, and an owner's limit may be reached in between.
 */
import * as Reference from "@opwatch/core/Reference"
import { toMillis } from "@opwatch/core/Timestamp"
import type { Track, TrackResult } from "@opwatch/tracker/Store"
import type { Owner } from "@opwatch/core/Tracking"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { SqlClient } from "effect/sql/SqlClient"
import * as Counters from "./Counters.ts"
import type { OperationRow } from "./OperationTable.ts"
import * as OperationTable from "./OperationTable.ts"
import { StoredOperation } from "./StoredJson.ts"
import type { TrackingRow } from "./TrackingTable.ts"
import * as TrackingTable from "./TrackingTable.ts"

const decode = Schema.decodeEffect(StoredOperation)

export const track = Effect.fnUntraced(function* (
  sql: SqlClient,
  counters: Counters.Counters,
  requests: ReadonlyArray<Track>
) {
  const refs = requests.map(({ reference }) => Reference.format(reference))
  const operations = yield* OperationTable.find(sql, refs)
  const trackings = new Map((yield* TrackingTable.find(sql, refs)).map((row) => [key(row), row] as const))
  const unfinished = yield* countUnfinished(sql, requests)
  const tracked = new Map<string, OperationRow>()
  const made = new Map<string, TrackingRow>()
  let number = counters.tracking

  const results: Array<TrackResult> = []
  for (const request of requests) {
    const { owner, at, limit } = request
    const ref = Reference.format(request.reference)
    const row = operations.get(ref) ?? OperationTable.tracked(request, ref)
    const replaced = trackings.get(key({ ref, owner }))
    if (replaced === undefined && row.done === 0) {
      const count = unfinished.get(owner) ?? 0
      if (limit !== undefined && count >= limit) {
        results.push({ status: "overLimit" })
        continue
      }
      unfinished.set(owner, count + 1)
    }
    const operation = yield* decode(row.operation)
    const tracking = TrackingTable.requested(request, operation, replaced ?? ++number)
    const next = { ...row, polled: row.done === 1 ? 0 : 1, touched: Math.max(row.touched, toMillis(at)) }
    operations.set(ref, next)
    tracked.set(ref, next)
    trackings.set(key(tracking), tracking)
    made.set(key(tracking), tracking)
    results.push({
      status: replaced === undefined ? "created" : "replaced",
      tracked: TrackingTable.toTracked(operation, tracking)
    })
  }
  const touched = [...tracked.values()].map((row, index) => ({ ...row, touch: counters.touch + index + 1 }))
  yield* OperationTable.writeTouched(sql, touched)
  yield* TrackingTable.write(sql, [...made.values()])
  yield* Counters.write(sql, { ...counters, tracking: number, touch: counters.touch + touched.length })
  return results
})

const key = ({ ref, owner }: Pick<TrackingRow, "ref" | "owner">) => `${ref} ${owner}`

/** Of the owners that have a limit. */
const countUnfinished = Effect.fnUntraced(function* (sql: SqlClient, requests: ReadonlyArray<Track>) {
  const counts = new Map<Owner, number>()
  for (const { owner, limit } of requests) {
    if (limit !== undefined && !counts.has(owner)) counts.set(owner, yield* TrackingTable.countUnfinished(sql, owner))
  }
  return counts
})
