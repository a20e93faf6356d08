import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { AuthenticationError, classifySqliteError, ConnectionError, SqlError, UnknownError } from "effect/sql/SqlError"
import * as DatabaseFailure from "../src/DatabaseFailure.ts"

/** As `node:sqlite` throws it. */
const sqlite = (errcode: number, message: string) =>
  new SqlError({
    reason: classifySqliteError(Object.assign(new Error(message), { code: "ERR_SQLITE_ERROR", errcode }))
  })

/** As the server reports it. */
const postgres = (code: string, message = "as the server says") =>
  new SqlError({
    reason: new UnknownError({
      cause: Object.assign(new Error(message), { severity: "ERROR", code }),
      message: "Query failed"
    })
  })

const socket = (cause: unknown) =>
  new SqlError({ reason: new ConnectionError({ cause, message: "Failed to connect" }) })

const reasonOf = (error: SqlError) => DatabaseFailure.meaningOf(error)?.[0]

describe("an error of SQLite", () => {
  it("means what its code says, whatever more the code tells", () => {
    const reasons = {
      full: [13, 4874],
      unavailable: [5, 261, 517, 6, 10, 266, 778, 1034],
      unusable: [3, 8, 264, 1032, 11, 267, 14, 270, 26]
    }
    for (const [reason, codes] of Object.entries(reasons)) {
      for (const code of codes) assert.strictEqual(reasonOf(sqlite(code, "as SQLite says")), reason, String(code))
    }
    assert.strictEqual(reasonOf(sqlite(1, "no such table: opwatch_operation")), "unusable")
  })

  it("stays a defect if it is a mistake of ours", () => {
    for (const [code, message] of [
      [1, 'near "SELCT": syntax error'],
      [19, "UNIQUE constraint failed"],
      [20, "datatype mismatch"],
      [21, "bad parameter"]
    ] as const) {
      const exit = Effect.runSyncExit(DatabaseFailure.translate("place")(sqlite(code, message)))
      assert.isTrue(Exit.isFailure(exit) && Cause.hasDies(exit.cause), message)
    }
  })
})

describe("an error of Postgres", () => {
  it("means what its code says", () => {
    const reasons = {
      full: ["53100"],
      unavailable: [
        "08006",
        "53300",
        "53200",
        "57P01",
        "57P02",
        "57P03",
        "57014",
        "55P03",
        "40001",
        "40P01",
        "25006",
        "58030"
      ],
      unusable: ["28P01", "28000", "3D000", "42501", "42P01", "42703", "3F000", "XX001", "XX002"]
    }
    for (const [reason, codes] of Object.entries(reasons)) {
      for (const code of codes) assert.strictEqual(reasonOf(postgres(code)), reason, code)
    }
    assert.strictEqual(reasonOf(postgres("58030", "could not write: No space left on device")), "full")
    const replica = "cannot set transaction read-write mode during recovery"
    assert.strictEqual(reasonOf(postgres("0A000", replica)), "unavailable")
  })

  it("stays a defect if it is a mistake of ours", () => {
    for (const code of ["42601", "23505", "22P02", "25P02"]) assert.strictEqual(reasonOf(postgres(code)), undefined)
  })
})

describe("a broken connection", () => {
  it("is unavailable, whatever the network calls it", () => {
    for (const code of ["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "ENOTFOUND"]) {
      assert.strictEqual(reasonOf(socket(Object.assign(new Error("connect failed"), { code }))), "unavailable")
    }
  })

  it("says every reason there was", () => {
    const cause = new AggregateError([
      new Error("connect ECONNREFUSED ::1:5432"),
      new Error("connect ECONNREFUSED 127.0.0.1:5432")
    ])
    const [, words] = DatabaseFailure.meaningOf(socket(cause)) ?? []
    assert.strictEqual(
      words,
      "it cannot be reached (connect ECONNREFUSED ::1:5432, connect ECONNREFUSED 127.0.0.1:5432)"
    )
  })

  it("is unusable where the client itself gives up on the password", () => {
    const cause = new Error("Unsupported SASL mechanism")
    assert.strictEqual(reasonOf(new SqlError({ reason: new AuthenticationError({ cause }) })), "unusable")
  })
})
