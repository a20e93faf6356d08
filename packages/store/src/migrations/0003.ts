/** Trackings repeat the source and the kind of their operations, so that an owner's lists by them are read from indexes. */
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql/SqlClient"

export default Effect.gen(function* () {
  const sql = yield* SqlClient
  const text = sql.onDialectOrElse({ pg: () => sql.literal('TEXT COLLATE "C"'), orElse: () => sql.literal("TEXT") })
  const slash = sql.onDialectOrElse({ pg: () => sql.literal("strpos"), orElse: () => sql.literal("instr") })

  yield* sql`ALTER TABLE opwatch_tracking ADD COLUMN source ${text} NOT NULL DEFAULT ''`
  yield* sql`ALTER TABLE opwatch_tracking ADD COLUMN kind ${text}`
  yield* sql`
    UPDATE opwatch_tracking SET
      source = substr(ref, 1, ${slash}(ref, '/') - 1),
      kind = (SELECT kind FROM opwatch_operation o WHERE o.ref = opwatch_tracking.ref)`
  yield* sql`CREATE INDEX opwatch_tracking_source ON opwatch_tracking (owner, source, number)`
  yield* sql`CREATE INDEX opwatch_tracking_kind ON opwatch_tracking (owner, kind, number)`
})
