import { describe, layer } from "@effect/vitest"
import * as MemoryStore from "@opwatch/tracker/MemoryStore"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { durationSuite } from "./DurationTable.ts"
import { PostgresServer } from "./PostgresServer.ts"
import { runnerSuite } from "./RunnerTable.ts"
import { storeContract } from "./StoreContract.ts"
import { Commands, compare } from "./StoreModel.ts"
import * as Stores from "./Stores.ts"

describe("in memory", () => {
  layer(Layer.empty, { excludeTestServices: true })((it) => storeContract(it, MemoryStore.make))
})

describe("on SQLite", () => {
  layer(Layer.empty, { excludeTestServices: true })((it) => {
    storeContract(it, Stores.sqlite)
    durationSuite(it, Stores.sqliteDatabase)
    runnerSuite(it, Stores.sqliteDatabase)

    it.effect.prop(
      "answers any commands as the model does",
      [Commands],
      ([commands]) =>
        Effect.gen(function* () {
          yield* compare(yield* Stores.sqlite, yield* MemoryStore.make, commands)
        }).pipe(Effect.scoped),
      { arbitrary: { runs: 15 }, timeout: 20_000 }
    )
  })
})

describe("on Postgres", () => {
  layer(PostgresServer.layer, { excludeTestServices: true, timeout: "30 seconds" })((it) => {
    storeContract(it, Stores.postgres)
    durationSuite(it, Stores.postgresDatabase)
    runnerSuite(it, Stores.postgresDatabase)

    it.effect.prop(
      "answers any commands as the model does",
      [Commands],
      ([commands]) =>
        Effect.gen(function* () {
          yield* compare(yield* Stores.postgres, yield* MemoryStore.make, commands)
        }).pipe(Effect.scoped),
      { arbitrary: { runs: 4 } }
    )
  })
})
