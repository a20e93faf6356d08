/**
 * The one row that every write begins with. It is read for update and held until the commit, so writes follow one another:
 * a smaller sequence number is never committed after a larger one, which on Postgres a sequence of its own could not
 * promise, and a reader who has seen one number has seen all below it. What was pruned gives no number back.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { SqlClient } from "effect/sql/SqlClient"
import * as SqlSchema from "effect/sql/SqlSchema"

export const Counters = Schema.Struct({
  /** Of the latest change. */
  change: Schema.Int,
  /** Of the latest tracking that was made. */
  tracking: Schema.Int,
  /** The highest sequence number of a change that was pruned. */
  pruned: Schema.Int,
  /** Of the operation that was tracked or untracked last. */
  touch: Schema.Int
})
export type Counters = typeof Counters.Type

/** For reading alone. */
export const read = (sql: SqlClient) =>
  SqlSchema.findOne({
    Request: Schema.Void,
    Result: Counters,
    execute: () => sql`SELECT change, tracking, pruned, touch FROM opwatch_counter`
  })(undefined).pipe(Effect.catchTag("NoSuchElementError", Effect.die))

/** With the oldest version of the tables that a program may know to write. */
const Locked = Schema.Struct({ ...Counters.fields, oldest: Schema.Int })

/** In a transaction: waits until no other has them. */
export const lock = (sql: SqlClient) =>
  SqlSchema.findOne({
    Request: Schema.Void,
    Result: Locked,
    execute: () =>
      sql.onDialectOrElse({
        pg: () => sql`SELECT change, tracking, pruned, touch, oldest FROM opwatch_counter FOR UPDATE`,
        orElse: () => sql`SELECT change, tracking, pruned, touch, oldest FROM opwatch_counter`
      })
  })(undefined).pipe(Effect.catchTag("NoSuchElementError", Effect.die))

/** What listens to this channel on Postgres is told of every commit that counted on. */
export const channel = "opwatch_bell"

/** In the transaction that locked them. */
export const write = (sql: SqlClient, { change, tracking, pruned, touch }: Counters) => {
  const update = sql`
    UPDATE opwatch_counter
    SET change = ${change}, tracking = ${tracking}, pruned = ${pruned}, touch = ${touch}`
  return sql.onDialectOrElse({
    pg: () => sql`${update} RETURNING pg_notify(${channel}, '')`,
    orElse: () => update
  })
}
