/**
 * A `SqlClient` on `node:sqlite`: one connection, used by one fiber at a time. Statements run at once and block the process
 * while they do. It is no more than `@effect/sql`'s own driver for SQLite will be, and gives way to it.
 */
import * as Effect from "effect/Effect"
import * as Reactivity from "effect/reactivity/Reactivity"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import * as SqlClient from "effect/sql/SqlClient"
import type { Connection } from "effect/sql/SqlConnection"
import { classifySqliteError, SqlError } from "effect/sql/SqlError"
import { makeCompilerSqlite } from "effect/sql/Statement"
import * as Stream from "effect/Stream"
import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite"

/** On a database that is open, and that the caller closes. Transactions take the write lock as they begin. */
export const make = (database: DatabaseSync): Effect.Effect<SqlClient.SqlClient, never, Scope.Scope> =>
  SqlClient.make({
    ...SqlClient.makeSqliteAcquirers({
      connection: Effect.succeed(makeConnection(database)),
      semaphore: Semaphore.makeUnsafe(1),
      isTransaction: () => database.isTransaction
    }),
    compiler: makeCompilerSqlite(),
    driver: "sqlite-node",
    spanAttributes: [["db.system.name", "sqlite"]],
    beginTransaction: "BEGIN IMMEDIATE",
    prepareTransactionControls: true,
    releaseSavepoint: (name) => `RELEASE ${name}`
  }).pipe(Effect.provide(Reactivity.layer))

/** Runs what throws SQLite's errors; a `SqlError` has SQLite's own code in its cause, as `errcode`. */
export const attempt = <A>(run: () => A): Effect.Effect<A, SqlError> =>
  Effect.try({ try: run, catch: (cause) => new SqlError({ reason: classifySqliteError(withErrno(cause)) }) })

const withErrno = (cause: unknown): unknown =>
  cause instanceof Error && "errcode" in cause ? Object.assign(cause, { errno: cause.errcode }) : cause

const makeConnection = (database: DatabaseSync): Connection => {
  const prepared = makeStatements(database)

  const rows = (prepare: (sql: string) => StatementSync) => (sql: string, params: ReadonlyArray<unknown>) =>
    attempt(() => prepare(sql).all(...params.map(inputValue)))

  const values = (prepare: (sql: string) => StatementSync) => (sql: string, params: ReadonlyArray<unknown>) =>
    attempt(() => {
      const statement = prepare(sql)
      statement.setReturnArrays(true)
      try {
        return statement.all(...params.map(inputValue)).map((row) => Object.values(row))
      } finally {
        statement.setReturnArrays(false)
      }
    })

  const once = (sql: string) => database.prepare(sql)
  const execute = rows(prepared)
  const executeUnprepared = rows(once)
  return {
    execute: (sql, params, transform) => transformed(execute(sql, params), transform),
    executeUnprepared: (sql, params, transform) => transformed(executeUnprepared(sql, params), transform),
    executeRaw: (sql, params) =>
      attempt(() => {
        const statement = prepared(sql)
        const input = params.map(inputValue)
        return statement.columns().length === 0 ? statement.run(...input) : statement.all(...input)
      }),
    executeValues: values(prepared),
    executeValuesUnprepared: values(once),
    executeStream: (sql, params, transform) =>
      Stream.fromIterableEffect(transformed(executeUnprepared(sql, params), transform))
  }
}

const transformed = <A extends object>(
  rows: Effect.Effect<ReadonlyArray<A>, SqlError>,
  transform: (<B extends object>(rows: ReadonlyArray<B>) => ReadonlyArray<B>) | undefined
) => (transform === undefined ? rows : Effect.map(rows, (rows) => transform(rows)))

const mostStatements = 100

/** Keeps the statements used last. */
const makeStatements = (database: DatabaseSync) => {
  const statements = new Map<string, StatementSync>()
  return (sql: string): StatementSync => {
    const statement = statements.get(sql) ?? database.prepare(sql)
    statements.delete(sql)
    statements.set(sql, statement)
    for (const oldest of statements.keys()) {
      if (statements.size <= mostStatements) break
      statements.delete(oldest)
    }
    return statement
  }
}

const inputValue = (value: unknown): SQLInputValue => {
  if (value === undefined || value === null) return null
  switch (typeof value) {
    case "string":
    case "number":
    case "bigint":
      return value
    case "boolean":
      return value ? 1 : 0
    default:
      if (value instanceof Uint8Array) return value
      if (value instanceof Date) return value.toISOString()
      throw new TypeError(`SQLite cannot store ${String(value)}`)
  }
}
