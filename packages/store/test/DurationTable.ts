/** What is kept of durations on a database, which the model in memory cannot have. */
import { assert } from "@effect/vitest"
import type { Vitest } from "@effect/vitest"
import type { StoreError } from "@opwatch/tracker/StoreError"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type { Database } from "../src/Database.ts"
import { lifetime } from "./Samples.ts"
import * as Stores from "./Stores.ts"

/** `place` is a database with nothing in it, to be opened again and again. */
export const durationSuite = <R>(
  it: Vitest.MethodsNonLive<R>,
  place: Effect.Effect<Layer.Layer<Database, StoreError>, never, R | Scope.Scope>
) => {
  it.effect("keeps what was learned when it is opened again", () =>
    Effect.gen(function* () {
      const database = yield* place
      const learned = ["toloka/a", "toloka", "cloud/a\0"].map((of) => lifetime(of, 1))
      yield* Effect.scoped(Effect.flatMap(Stores.on(database), (store) => store.learn(learned)))
      const store = yield* Stores.on(database)
      const kept = yield* store.durations
      assert.deepStrictEqual(
        kept.map(({ source, kind, history }) => [source, kind, history.count]),
        [
          ["cloud", "a\uFFFD", 1],
          ["toloka", undefined, 1],
          ["toloka", "a", 1]
        ]
      )
      assert.deepStrictEqual(
        (yield* store.learn(learned)).map(({ history }) => history.count),
        [2, 2, 2]
      )
    })
  )

  it.effect("begins anew with a kind whose history it cannot read", () =>
    Effect.gen(function* () {
      const { store, database } = yield* Stores.withDatabase(yield* place)
      yield* store.learn([lifetime("toloka/a", 1), lifetime("toloka/a", 1), lifetime("toloka/b", 1)])
      yield* Effect.orDie(database.sql`UPDATE opwatch_durations SET history = '{"version":2}' WHERE kind = 'a'`)
      assert.deepStrictEqual(
        (yield* store.durations).map(({ history }) => history.count),
        [0, 1]
      )
      assert.deepStrictEqual(
        (yield* store.learn([lifetime("toloka/a", 1)])).map(({ history }) => history.count),
        [1]
      )
    })
  )
}
