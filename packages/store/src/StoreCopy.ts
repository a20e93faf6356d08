/**
 * Copies all that a store keeps into an empty database, of either dialect. Every number stays what it is: readers of events
 * go on where they were, and no webhook goes out twice. The target has all of it, read back and compared, or nothing; the
 * source is not changed.
 */
import type { StoreError } from "@opwatch/tracker/StoreError"
import * as Effect from "effect/Effect"
import type { Scope } from "effect/Scope"
import * as CopyEnds from "./CopyEnds.ts"
import type { Database } from "./Database.ts"
import * as DatabaseFailure from "./DatabaseFailure.ts"
import * as DatabaseUrl from "./DatabaseUrl.ts"
import * as RowDigest from "./RowDigest.ts"
import * as StoredRows from "./StoredRows.ts"
import * as StoredTables from "./StoredTables.ts"

type Service = Database["Service"]

export interface Copied {
  /** As `Database.place`. */
  readonly from: string
  readonly to: string
  readonly tables: ReadonlyArray<{
    /** What people call them. */
    readonly rows: string
    readonly count: number
  }>
}

/** With the rows of a table. */
export interface Progress {
  readonly step: "copying" | "verifying"
  readonly rows: string
  readonly done: number
  readonly count: number
}

type Tell = (progress: Progress) => Effect.Effect<void>

/** `tell` hears of each page. */
export const copy = Effect.fn("StoreCopy.copy")(function* (
  from: DatabaseUrl.DatabaseUrl,
  to: DatabaseUrl.DatabaseUrl,
  tell: Tell
): Effect.fn.Return<Copied, StoreError, Scope> {
  const place = DatabaseUrl.placeOf(from)
  if (place === DatabaseUrl.placeOf(to)) {
    return yield* DatabaseFailure.fail(place, "unusable", "it cannot be copied into itself")
  }
  const source = yield* CopyEnds.openSource(from)
  const reading = Effect.gen(function* () {
    yield* CopyEnds.beginReading(source)
    const counted = yield* Effect.forEach(StoredTables.kept, (table) => StoredRows.counted(source.sql, table))
    const target = yield* CopyEnds.openTarget(to)
    yield* target.atOnce(
      Effect.andThen(
        CopyEnds.beginWriting(target),
        Effect.forEach(counted, (table) => copyTable(source, target, tell, table), { discard: true })
      )
    )
    const tables = counted.flatMap(({ count, table: { rows } }) => (rows === undefined ? [] : [{ rows, count }]))
    return { from: source.place, to: target.place, tables }
  })
  return yield* source.atOnce(reading)
})

const copyTable = Effect.fnUntraced(function* (
  source: Service,
  target: Service,
  tell: Tell,
  { count, table }: StoredRows.Counted
) {
  const { isCounted = false, rows = "counters" } = table
  const { run, sql } = target
  const read = yield* RowDigest.of(StoredRows.pages(source, table), (page, done) =>
    Effect.andThen(run(StoredRows.write(sql, table, page)), tell({ step: "copying", rows, done, count }))
  )
  if (isCounted) {
    const last = yield* source.run(StoredRows.lastNumber(source.sql, table))
    yield* run(StoredRows.countOn(sql, table, last))
  }
  const written = yield* RowDigest.of(StoredRows.pages(target, table), (_, done) =>
    tell({ step: "verifying", rows, done, count })
  )
  if (read !== written) {
    return yield* DatabaseFailure.fail(target.place, "unusable", `it gives back other ${rows} than were written to it`)
  }
})
