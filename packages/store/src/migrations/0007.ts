/** When the operations of a partition were due, as left by whoever let go of it in order, and in which tenure. */
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql/SqlClient"

export default Effect.gen(function* () {
  const sql = yield* SqlClient

  yield* sql`ALTER TABLE opwatch_partition ADD COLUMN handed_over TEXT`
  yield* sql`ALTER TABLE opwatch_partition ADD COLUMN handed_over_in BIGINT`
})
