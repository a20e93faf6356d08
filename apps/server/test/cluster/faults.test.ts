/** Clusters in trouble. `OPWATCH_OUTAGE`, in seconds, and `OPWATCH_CROWD` make a campaign of it. */
import { describe, it } from "@effect/vitest"
import { Emulator } from "@opwatch/emulator/Emulator"
import { PostgresServer } from "@opwatch/store/test/PostgresServer"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SmallDisk from "../faults/SmallDisk.ts"
import { isCampaign } from "./Campaign.ts"
import * as CutOff from "./CutOff.ts"
import * as Frozen from "./Frozen.ts"
import * as Full from "./Full.ts"
import * as Isolated from "./Isolated.ts"
import * as Restarted from "./Restarted.ts"

const outage = Number(process.env["OPWATCH_OUTAGE"] ?? 8)
const count = Number(process.env["OPWATCH_CROWD"] ?? 60)

const options = { count, outage }
const timeout = 200_000 + 5_000 * outage
const emulator = Emulator.layer({ builtin: false })
const world = Layer.merge(emulator, PostgresServer.layer)

/** Whoever starts waits for the others: they share nothing. */
describe("A cluster outlasts", { concurrent: true }, () => {
  it.live(
    "a runner that is frozen for longer than its lease, and goes on",
    () => Frozen.outlast(options).pipe(Effect.scoped, Effect.provide(world)),
    timeout
  )

  it.live.runIf(isCampaign)(
    "runners that do not reach the database",
    () => CutOff.outlast(options).pipe(Effect.scoped, Effect.provide(world)),
    timeout
  )

  it.live.runIf(isCampaign)(
    "a runner that no other reaches",
    () => Isolated.outlast(options).pipe(Effect.scoped, Effect.provide(world)),
    timeout
  )

  it.live.runIf(isCampaign)(
    "a database that is stopped, and one that is killed",
    () => Restarted.outlast(options).pipe(Effect.scoped, Effect.provide(world)),
    timeout
  )

  it.live.runIf(isCampaign && SmallDisk.mayMount)(
    "a database whose disk is full",
    () =>
      Effect.gen(function* () {
        const disk = yield* SmallDisk.make(Full.size)
        const world = Layer.merge(emulator, PostgresServer.layerIn(disk.path))
        yield* Effect.provide(Full.outlast(disk, options), world)
      }).pipe(Effect.scoped),
    timeout
  )
})
