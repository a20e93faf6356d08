/** A server that is killed and started again on the same port and over the same database, and asked over and over meanwhile. */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Schedule from "effect/Schedule"
import { existsSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { freePort } from "../Loopback.ts"
import * as Server from "../Process.ts"
import * as Client from "./Client.ts"

export const make = Effect.fnUntraced(function* (environment: Record<string, string>) {
  const port = yield* freePort
  const url = `http://127.0.0.1:${port}`
  const clock = join(yield* Server.folder, "clock")
  const tampering = { NODE_OPTIONS: `--import ${import.meta.resolve("../Tampering.ts")}`, OPWATCH_TEST_CLOCK: clock }
  const listens = yield* Latch.make()
  const ended = yield* Deferred.make<never>()
  const up = Effect.raceFirst(listens.await, Deferred.await(ended))
  const said: Array<string> = []
  const startTimes: Array<number> = []
  let current: Effect.Success<ReturnType<typeof Server.run>> | undefined

  const start = Effect.gen(function* () {
    const began = performance.now()
    const one = yield* Server.run({ ...environment, ...tampering, OPWATCH_PORT: String(port) })
    current = one
    const hasBegun = () => one.seen.error.includes("opwatch is listening") || one.seen.code !== undefined
    yield* Effect.sync(hasBegun).pipe(
      Effect.repeat({ until: (holds) => holds, schedule: Schedule.spaced("10 millis") }),
      Effect.andThen(
        Effect.suspend(() => {
          if (one !== current) return Effect.void
          if (one.seen.code !== undefined)
            return Deferred.die(ended, new Error(`it ended by itself: ${one.seen.error}`))
          startTimes.push(performance.now() - began)
          return listens.open
        })
      ),
      Effect.forkScoped
    )
  })

  /** At once, whatever it does. */
  const kill = Effect.gen(function* () {
    const one = current
    if (one === undefined) return
    yield* listens.close
    current = undefined
    one.child.kill("SIGKILL")
    yield* Server.until(() => one.seen.code !== undefined)
    said.push(one.seen.error)
  })

  return {
    /** Up once it listens; whoever waits for that dies if it has ended by itself. */
    ...Client.make(url, up),
    start,
    kill,
    /** Its clock is set so many milliseconds ahead of time; the next server's is right again. */
    setClock: (ahead: number) =>
      Effect.andThen(
        Effect.sync(() => {
          writeFileSync(clock, String(ahead))
          current?.child.kill("SIGUSR2")
        }),
        Server.until(() => !existsSync(clock))
      ),
    /** What all of them wrote to standard error. */
    said: () => [...said, current?.seen.error ?? ""].join(""),
    /** How long each took to start, in milliseconds. */
    startTimes
  }
})
export type KilledServer = Effect.Success<ReturnType<typeof make>>
