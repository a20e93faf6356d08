/** The partitions that were ever claimed, each with the number of its latest owner. */
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql/SqlClient"

export default Effect.gen(function* () {
  const sql = yield* SqlClient

  yield* sql`
    CREATE TABLE opwatch_partition (
      part SMALLINT NOT NULL PRIMARY KEY,
      tenure BIGINT NOT NULL
    )`
})
