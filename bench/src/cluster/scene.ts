/** Where the servers are measured: a Postgres and a provider, as processes, and a folder for what they are told. */
import { PostgresServer } from "@opwatch/store/test/PostgresServer"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { fork } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import * as Database from "./database.ts"
import * as Measure from "./measure.ts"
import type { Pace, World } from "./provider.ts"
import * as Servers from "./servers.ts"

export interface Scene {
  /** The URL of one with nothing in it. */
  readonly newDatabase: () => Promise<string>
  /** Has operations change so often from now on. */
  readonly setPace: (pace: Pace) => void
  /** Measures servers that poll so many operations, which the database has, some seconds after they began; then kills them. */
  readonly measured: (options: Measuring) => Promise<Measure.Measured>
  /** With servers that are killed after it. */
  readonly using: <A>(servers: Running, use: (running: ReadonlyArray<Servers.Server>) => Promise<A>) => Promise<A>
  readonly during: (
    seconds: number,
    servers: ReadonlyArray<Servers.Server>,
    database: string
  ) => Promise<Measure.Measured>
}

export type Running = Pick<Servers.Options, "database" | "polling" | "runners">

export interface Measuring extends Running {
  readonly operations: number
  readonly seconds: number
}

/** Until what is compiled and what comes with a start is done. */
const settling = 10_000

const program = fileURLToPath(new URL("provider.ts", import.meta.url))

export const make = async (world: World, use: (scene: Scene) => Promise<void>): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), "opwatch-bench-"))
  const provider = fork(program, [JSON.stringify(world)])
  try {
    const [url]: ReadonlyArray<string> = await once(provider, "message")
    await Effect.gen(function* () {
      const { database } = yield* PostgresServer
      const newDatabase = () => Effect.runPromise(Effect.map(database, (found) => Redacted.value(found).href))
      const postmaster = yield* Effect.promise(async () => Database.postmaster(await newDatabase()))
      const using: Scene["using"] = async (options, work) => {
        const servers = await Servers.start({ ...options, provider: url ?? "", folder })
        try {
          return await work(servers)
        } finally {
          await Servers.kill(servers)
        }
      }
      const during: Scene["during"] = (seconds, servers, database) =>
        Measure.during(seconds, servers, { database, postmaster, provider: provider.pid ?? 0 })
      yield* Effect.promise(() =>
        use({
          newDatabase,
          setPace: (pace) => void provider.send(pace),
          using,
          during,
          measured: ({ operations, seconds, ...options }) =>
            using(options, async (servers) => {
              await Servers.loaded(servers, operations)
              await setTimeout(settling)
              return during(seconds, servers, options.database)
            })
        })
      )
    }).pipe(Effect.provide(PostgresServer.layer), Effect.runPromise)
  } finally {
    provider.kill()
    await rm(folder, { recursive: true })
  }
}
