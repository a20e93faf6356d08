/** What the servers of a cluster tell of themselves, each in a row. */
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql/SqlClient"

export default Effect.gen(function* () {
  const sql = yield* SqlClient
  const text = sql.onDialectOrElse({ pg: () => sql.literal('TEXT COLLATE "C"'), orElse: () => sql.literal("TEXT") })

  yield* sql`
    CREATE TABLE opwatch_runner (
      address ${text} NOT NULL PRIMARY KEY,
      report ${text} NOT NULL,
      seen_at BIGINT NOT NULL
    )`
})
