import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { SqlClient } from "effect/sql/SqlClient"
import type { Fragment } from "effect/sql/Statement"
import { CurrentTransformer } from "effect/sql/Statement"
import * as SqliteDatabase from "../src/SqliteDatabase.ts"
import { everyPromise } from "./StoreContract.ts"
import * as Stores from "./Stores.ts"
import * as TemporaryFolder from "./TemporaryFolder.ts"

/** The steps in which SQLite reads a whole table or index that grows, and that it has not read already. */
const scans = (sql: SqlClient, statement: Fragment) =>
  Effect.map(
    sql<{ detail: string }>`EXPLAIN QUERY PLAN ${statement}`.unprepared,
    (steps: ReadonlyArray<{ detail: string }>) =>
      steps
        .map(({ detail }) => detail)
        .filter((step) =>
          /^SCAN (?!opwatch_counter|opwatch_durations|opwatch_partition|opwatch_runner|page|CONSTANT|\d+-ROW|\d+ CONSTANT)/.test(
            step
          )
        )
  )

describe("no statement reads a whole table", () => {
  everyPromise((name, body) =>
    it.live(name, () =>
      Effect.gen(function* () {
        const folder = yield* TemporaryFolder.make
        const { store, database } = yield* Stores.withDatabase(SqliteDatabase.layer({ path: `${folder}/opwatch.db` }))
        const statements = new Set<Fragment>()
        yield* body(store).pipe(
          Effect.provideService(CurrentTransformer, (statement) =>
            Effect.sync(() => {
              statements.add(statement)
              return statement
            })
          )
        )
        assert.isAbove(statements.size, 0)
        for (const statement of statements) {
          assert.deepStrictEqual(yield* Effect.orDie(scans(database.sql, statement)), [])
        }
      })
    )
  )
})
