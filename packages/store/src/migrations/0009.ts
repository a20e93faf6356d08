/** The oldest version of the tables that a program may know to write here. It stands where every write begins. */
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql/SqlClient"

export default Effect.gen(function* () {
  const sql = yield* SqlClient

  yield* sql`ALTER TABLE opwatch_counter ADD COLUMN oldest INTEGER NOT NULL DEFAULT 0`
})
