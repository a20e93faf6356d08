import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as OperationTable from "../src/OperationTable.ts"
import * as SqliteDatabase from "../src/SqliteDatabase.ts"
import { observation, operation, reference, track } from "./Samples.ts"
import * as Stores from "./Stores.ts"
import * as TemporaryFolder from "./TemporaryFolder.ts"

describe("write", () => {
  it.live("leaves an operation that ended as it ended, whoever would reopen it", () =>
    Effect.gen(function* () {
      const folder = yield* TemporaryFolder.make
      const { store, database } = yield* Stores.withDatabase(SqliteDatabase.layer({ path: `${folder}/opwatch.db` }))
      yield* store.track([track("op")])
      yield* store.observe([observation("op", "failed")])
      const before = yield* store.get(reference("op"))
      const rows = yield* Effect.orDie(OperationTable.find(database.sql, ["toloka/op"]))
      const reopened = [...rows.values()].map((row) => OperationTable.observed(row, operation("op", "running"), true))
      assert.strictEqual(reopened.length, 1)
      yield* Effect.orDie(OperationTable.write(database.sql, reopened))
      assert.deepStrictEqual(yield* store.get(reference("op")), before)
    })
  )
})
