/** Rows of runners that only time, or another version, makes. */
import { assert } from "@effect/vitest"
import type { Vitest } from "@effect/vitest"
import type { StoreError } from "@opwatch/tracker/StoreError"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type { Database } from "../src/Database.ts"
import { report } from "./Samples.ts"
import * as Stores from "./Stores.ts"

export const runnerSuite = <R>(
  it: Vitest.MethodsNonLive<R>,
  open: Effect.Effect<Layer.Layer<Database, StoreError>, never, R | Scope.Scope>
) => {
  it.effect("tells how long a runner has been silent, and forgets it after an hour", () =>
    Effect.gen(function* () {
      const { database, store } = yield* Stores.withDatabase(yield* open)
      const { run, sql } = database
      yield* store.report("silent:1", report())
      yield* store.report("gone:2", report())
      yield* run(sql`UPDATE opwatch_runner SET seen_at = seen_at - 3500000 WHERE address = 'silent:1'`)
      yield* run(sql`UPDATE opwatch_runner SET seen_at = seen_at - 3700000 WHERE address = 'gone:2'`)
      yield* store.report("new:3", report())
      const told = yield* store.runners
      assert.deepStrictEqual(
        told.map(({ address }) => address),
        ["new:3", "silent:1"]
      )
      assert.approximately(told[1]?.silentMillis ?? 0, 3_500_000, 60_000)
    })
  )

  it.effect("leaves out a runner of which it cannot read what it told, and reads what a later version adds", () =>
    Effect.gen(function* () {
      const { database, store } = yield* Stores.withDatabase(yield* open)
      const { run, sql } = database
      for (const [address, told] of [
        ["later:1", JSON.stringify({ ...report(), mood: "good" })],
        ["other:2", "{}"]
      ] as const) {
        yield* run(sql`INSERT INTO opwatch_runner (address, report, seen_at) VALUES (${address}, ${told}, 0)`)
      }
      assert.deepStrictEqual(
        (yield* store.runners).map(({ address, report }) => [address, report]),
        [["later:1", report()]]
      )
    })
  )
}
