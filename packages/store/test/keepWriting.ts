/** Makes changes as fast as it can, and says each sequence number once the store has confirmed it. */
import { Store } from "@opwatch/tracker/Store"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqliteDatabase from "../src/SqliteDatabase.ts"
import * as SqlStore from "../src/SqlStore.ts"
import { observation, track } from "./Samples.ts"

const [path = ""] = process.argv.slice(2)
const ids = Array.from({ length: 20 }, (_, index) => `op-${index}`)

const write = Effect.gen(function* () {
  const store = yield* Store
  yield* store.track(ids.map((id) => track(id)))
  for (let progress = 0; ; progress = (progress + 1) % 100) {
    const { changes } = yield* store.observe(ids.map((id) => observation(id, "running", { progress })))
    process.stdout.write(`${changes.at(-1)?.sequence}\n`)
    yield* Effect.yieldNow
  }
})

Effect.runFork(Effect.provide(write, SqlStore.layer.pipe(Layer.provide(SqliteDatabase.layer({ path })))))
