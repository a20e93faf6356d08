import { describe, it } from "@effect/vitest"
import { Emulator } from "@opwatch/emulator/Emulator"
import * as PostgresServer from "@opwatch/store/test/PostgresServer"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import * as Outage from "./faults/Outage.ts"
import * as SetClock from "./faults/SetClock.ts"
import * as SmallDisk from "./faults/SmallDisk.ts"
import { folder } from "./Process.ts"

const emulator = Emulator.layer({ builtin: false })

/** Whoever starts waits for the others: they share nothing. */
describe("A server outlasts", { concurrent: true }, () => {
  it.live.skipIf(!SmallDisk.mayMount)(
    "a disk that is full for a while",
    () =>
      Effect.gen(function* () {
        const disk = yield* SmallDisk.make()
        yield* Outage.outlast(`file:${join(disk.path, "opwatch.db")}`, {
          begin: disk.fill,
          end: disk.empty,
          words: /no room is left|ENOSPC|no space left/i,
          retryAfter: "60",
          isReadable: true,
          other: `file:${join(disk.path, "other.db")}`
        })
      }).pipe(Effect.scoped, Effect.provide(emulator)),
    120_000
  )

  it.live(
    "another program that locks its database",
    () =>
      Effect.gen(function* () {
        const path = yield* folder
        const [file, other] = [join(path, "opwatch.db"), join(path, "other.db")]
        const open = (file: string) =>
          Effect.acquireRelease(
            Effect.sync(() => new DatabaseSync(file)),
            (database) => Effect.sync(() => database.close())
          )
        const both = [yield* open(file), yield* open(other)]
        yield* Outage.outlast(`file:${file}`, {
          begin: Effect.sync(() => both.map((one) => one.exec("BEGIN EXCLUSIVE"))),
          end: Effect.sync(() => both.map((one) => one.exec("ROLLBACK"))),
          words: /another program holds it locked/,
          retryAfter: "5",
          isReadable: true,
          other: `file:${other}`
        })
      }).pipe(Effect.scoped, Effect.provide(emulator)),
    120_000
  )

  it.live(
    "a Postgres server that stops and starts again",
    () =>
      Effect.gen(function* () {
        const { database, start, stop } = yield* PostgresServer.PostgresServer
        const { href } = Redacted.value(yield* database)
        yield* Outage.outlast(href, {
          begin: stop,
          end: start,
          words:
            /postgres:\/\/127\.0\.0\.1:\d+\/database_1: (it cannot be reached|the database system is shutting down)/,
          retryAfter: "5",
          isReadable: false,
          other: href
        })
      }).pipe(Effect.scoped, Effect.provide(Layer.merge(emulator, PostgresServer.PostgresServer.layer))),
    120_000
  )

  it.live(
    "a clock that is set forward and back while a receiver of webhooks hangs",
    () => SetClock.outlast.pipe(Effect.scoped, Effect.provide(emulator)),
    120_000
  )
})
