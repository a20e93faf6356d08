/** How long operations take, a history for each kind. */
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql/SqlClient"

export default Effect.gen(function* () {
  const sql = yield* SqlClient
  const text = sql.onDialectOrElse({ pg: () => sql.literal('TEXT COLLATE "C"'), orElse: () => sql.literal("TEXT") })

  yield* sql`
    CREATE TABLE opwatch_durations (
      source ${text} NOT NULL,
      kind ${text} NOT NULL,
      history ${text} NOT NULL,
      PRIMARY KEY (source, kind)
    )`
})
