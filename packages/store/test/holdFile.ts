/** Opens the store in a file, says so, and keeps it. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqliteDatabase from "../src/SqliteDatabase.ts"
import * as SqlStore from "../src/SqlStore.ts"

const [path = "", address] = process.argv.slice(2)
const stay = setInterval(() => {}, 60_000)
Layer.launch(
  Layer.effectDiscard(Effect.sync(() => process.stdout.write("open\n"))).pipe(
    Layer.provide(SqlStore.layer),
    Layer.provide(SqliteDatabase.layer({ path, address }))
  )
).pipe(
  Effect.tapError((error) =>
    Effect.sync(() => {
      process.stderr.write(`${error.reason}: ${error.message}\n`)
      process.exitCode = 2
      clearInterval(stay)
    })
  ),
  Effect.ignore,
  Effect.runFork
)
