/**
 * Lets one process at a time have a database file. The lock is one of the operating system's, which SQLite holds on a file
 * beside it: it goes with the process however that ends, and hinders nobody who reads or backs up the database itself.
 */
import type { StoreError } from "@opwatch/tracker/StoreError"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { SqlError } from "effect/sql/SqlError"
import type { DatabaseSync } from "node:sqlite"
import * as DatabaseFailure from "./DatabaseFailure.ts"
import { attempt } from "./SqliteClient.ts"

/** Who has the file, as others are told. */
export const Holder = Schema.Struct({
  pid: Schema.Int,
  host: Schema.String,
  /** Where it serves, if it said so. */
  address: Schema.NullOr(Schema.String),
  since: Schema.String
})
export type Holder = typeof Holder.Type

/** Holds the lock until `lock` is closed, which is open on a file of its own beside `path`. */
export const acquire = (path: string, lock: DatabaseSync, holder: Holder): Effect.Effect<void, StoreError> =>
  attempt(() => hold(lock, holder)).pipe(
    Effect.catchTag("SqlError", (error) => Effect.flatMap(refusal(path, lock, error), Effect.fail))
  )

/** Tells who it is, then keeps the right to write: others can still read who that is. */
const hold = (lock: DatabaseSync, { pid, host, address, since }: Holder) => {
  lock.exec("BEGIN IMMEDIATE")
  lock.exec("CREATE TABLE IF NOT EXISTS holder (pid INTEGER, host TEXT, address TEXT, since TEXT)")
  lock.exec("DELETE FROM holder")
  lock.prepare("INSERT INTO holder VALUES (?, ?, ?, ?)").run(pid, host, address, since)
  lock.exec("COMMIT")
  lock.exec("BEGIN IMMEDIATE")
}

const refusal = (path: string, lock: DatabaseSync, error: SqlError): Effect.Effect<StoreError, StoreError> =>
  error.reason._tag === "LockTimeoutError"
    ? Effect.map(readHolder(lock), (holder) => DatabaseFailure.fail(path, "unusable", `in use by ${holder}`))
    : DatabaseFailure.translate(`${path}-lock`)(error)

const readHolder = (lock: DatabaseSync): Effect.Effect<string> =>
  attempt(() => lock.prepare("SELECT pid, host, address, since FROM holder").get()).pipe(
    Effect.flatMap(Schema.decodeUnknownEffect(Holder)),
    Effect.map(describe),
    Effect.orElseSucceed(() => "another process")
  )

const describe = ({ pid, host, address, since }: Holder) =>
  `process ${pid} on ${host}${address === null ? "" : ` at ${address}`}, since ${since}`
