/**
 * The server is killed at any moment, over and over, while it tracks thousands of operations for many who listen.
 * `OPWATCH_KILLS`, `OPWATCH_CROWD`, `OPWATCH_SEED` and `OPWATCH_STORE` make a campaign of it.
 */
import { assert, it } from "@effect/vitest"
import { Emulator } from "@opwatch/emulator/Emulator"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { join } from "node:path"
import * as Campaign from "./crash/Campaign.ts"
import { folder } from "./Process.ts"

const kills = Number(process.env["OPWATCH_KILLS"] ?? 5)
const crowd = Number(process.env["OPWATCH_CROWD"] ?? 2_000)
const seed = process.env["OPWATCH_SEED"] ?? String(Date.now())
const store = process.env["OPWATCH_STORE"] ?? "sqlite"
const isShort = kills <= 5

const file = Effect.map(folder, (path) => `file:${join(path, "opwatch.db")}`)

const postgres = Effect.gen(function* () {
  const { PostgresServer } = yield* Effect.promise(() => import("@opwatch/store/test/PostgresServer"))
  const server = yield* Layer.build(PostgresServer.layer)
  const url = yield* Context.get(server, PostgresServer).database
  return Redacted.value(url).href
})

it.live(
  `a server that is killed ${kills} times loses nothing of ${crowd} operations and tells of nothing twice (seed ${seed})`,
  () =>
    Effect.gen(function* () {
      const { figures, findings, said } = yield* Campaign.run({
        kills,
        crowd,
        seed,
        batchSize: isShort ? 100 : 20,
        longest: isShort ? 1_200 : 20_000,
        oneOf: isShort ? 10 : 1,
        database: yield* store === "postgres" ? postgres : file
      })
      yield* Effect.logInfo(figures)
      assert.deepStrictEqual(findings.slice(0, 20), [])
      assert.notMatch(said, /ERROR|FATAL|mistake in opwatch|broke/)
    }).pipe(Effect.scoped, Effect.provide(Emulator.layer({ builtin: false }))),
  60_000 + kills * 10_000
)
