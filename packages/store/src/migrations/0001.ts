/** The first tables. JSON is text, so that it comes back with every digit and in the order it was written in. */
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql/SqlClient"

export default Effect.gen(function* () {
  const sql = yield* SqlClient
  /** What SQLite makes its row id. */
  const key = sql.onDialectOrElse({ pg: () => sql.literal("BIGINT"), orElse: () => sql.literal("INTEGER") })
  /** Compared by bytes, whatever the language of the database. */
  const text = sql.onDialectOrElse({ pg: () => sql.literal('TEXT COLLATE "C"'), orElse: () => sql.literal("TEXT") })

  yield* sql`
    CREATE TABLE opwatch_counter (
      change BIGINT NOT NULL,
      tracking BIGINT NOT NULL,
      pruned BIGINT NOT NULL
    )`
  yield* sql`INSERT INTO opwatch_counter (change, tracking, pruned) VALUES (0, 0, 0)`

  yield* sql`
    CREATE TABLE opwatch_operation (
      ref ${text} NOT NULL PRIMARY KEY,
      part SMALLINT NOT NULL,
      polled SMALLINT NOT NULL,
      done SMALLINT NOT NULL,
      state ${text} NOT NULL,
      seen SMALLINT NOT NULL,
      digest BIGINT NOT NULL,
      since BIGINT NOT NULL,
      touched BIGINT NOT NULL,
      sequence BIGINT NOT NULL,
      changes BIGINT NOT NULL,
      pruned BIGINT NOT NULL,
      kind ${text},
      operation ${text} NOT NULL
    )`
  yield* sql`CREATE INDEX opwatch_operation_polled ON opwatch_operation (part, ref) WHERE polled = 1`
  yield* sql`CREATE INDEX opwatch_operation_idle ON opwatch_operation (touched) WHERE polled = 0`
  yield* sql`CREATE INDEX opwatch_operation_changes ON opwatch_operation (changes)`

  yield* sql`
    CREATE TABLE opwatch_tracking (
      number ${key} NOT NULL PRIMARY KEY,
      owner ${text} NOT NULL,
      ref ${text} NOT NULL REFERENCES opwatch_operation (ref) ON DELETE CASCADE,
      state ${text} NOT NULL,
      partial SMALLINT NOT NULL,
      labels ${text} NOT NULL,
      tracked_at ${text} NOT NULL,
      deadline ${text},
      deadline_millis BIGINT,
      overdue SMALLINT NOT NULL,
      UNIQUE (ref, owner)
    )`
  yield* sql`
    CREATE INDEX opwatch_tracking_deadline ON opwatch_tracking (ref, deadline_millis)
    WHERE overdue = 0 AND deadline_millis IS NOT NULL`
  yield* sql`CREATE INDEX opwatch_tracking_owner ON opwatch_tracking (owner, number)`
  yield* sql`CREATE INDEX opwatch_tracking_state ON opwatch_tracking (owner, state, number, partial)`

  yield* sql`
    CREATE TABLE opwatch_label (
      owner ${text} NOT NULL,
      name ${text} NOT NULL,
      value ${text} NOT NULL,
      number BIGINT NOT NULL REFERENCES opwatch_tracking (number) ON DELETE CASCADE,
      PRIMARY KEY (number, name)
    )`
  yield* sql`CREATE INDEX opwatch_label_value ON opwatch_label (owner, name, value, number)`

  yield* sql`
    CREATE TABLE opwatch_change (
      sequence ${key} NOT NULL PRIMARY KEY,
      ref ${text} NOT NULL,
      type ${text} NOT NULL,
      at ${text} NOT NULL,
      at_millis BIGINT NOT NULL,
      owner ${text},
      superseded SMALLINT NOT NULL,
      operation ${text} NOT NULL
    )`
  yield* sql`CREATE INDEX opwatch_change_ref ON opwatch_change (ref, sequence)`
  yield* sql`CREATE INDEX opwatch_change_superseded ON opwatch_change (at_millis) WHERE superseded = 1`
})
