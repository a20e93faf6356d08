/** The order in which operations were tracked and untracked, for other servers to follow. */
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql/SqlClient"

export default Effect.gen(function* () {
  const sql = yield* SqlClient

  yield* sql`ALTER TABLE opwatch_counter ADD COLUMN touch BIGINT NOT NULL DEFAULT 0`
  yield* sql`ALTER TABLE opwatch_operation ADD COLUMN touch BIGINT NOT NULL DEFAULT 0`
  yield* sql`CREATE INDEX opwatch_operation_touch ON opwatch_operation (touch)`
})
