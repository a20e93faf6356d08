/**
 * Three servers are stopped and started anew one after another while operations begin and end, and users read, wait and track.
 * `OPWATCH_CROWD`, `OPWATCH_ROUNDS` and `OPWATCH_SEED` make a campaign of it.
 */
import { assert, it } from "@effect/vitest"
import { Emulator } from "@opwatch/emulator/Emulator"
import * as PostgresServer from "@opwatch/store/test/PostgresServer"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { isCampaign } from "./Campaign.ts"
import * as Rolling from "./Rolling.ts"

const crowd = Number(process.env["OPWATCH_CROWD"] ?? 300)
const isShort = crowd < 5_000
const rounds = Number(process.env["OPWATCH_ROUNDS"] ?? (isShort ? 1 : 3))
const seed = process.env["OPWATCH_SEED"] ?? String(Date.now())

/** In milliseconds: no poll is due later than that after the one before it, and no end is told later than that besides. */
const interval = 1_000
const limit = 5_000

it.live.runIf(isCampaign)(
  `a rolling restart loses nothing of ${crowd} operations and delays none (seed ${seed})`,
  () =>
    Effect.gen(function* () {
      const { delays, figures, findings, said } = yield* Rolling.run({
        crowd,
        rounds,
        seed,
        interval,
        pace: isShort ? 3_000 : 12_000
      })
      yield* Effect.logInfo(figures)
      assert.deepStrictEqual(findings.slice(0, 20), [])
      assert.isAtMost(Math.max(...delays), interval + limit)
      assert.notMatch(said, /ERROR|FATAL|mistake in opwatch/)
    }).pipe(
      Effect.scoped,
      Effect.provide(Layer.merge(Emulator.layer({ builtin: false }), PostgresServer.PostgresServer.layer))
    ),
  180_000 + rounds * 180_000
)
