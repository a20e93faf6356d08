import { assert, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as TestClock from "effect/testing/TestClock"
import * as ClusterLog from "../src/ClusterLog.ts"

it.effect("the log says once that partitions are left and taken up, and else the same words once a minute", () =>
  Effect.gen(function* () {
    const lines: Array<string> = []
    const logger = Logger.make<unknown, void>(({ cause, logLevel, message }) => {
      lines.push(`${logLevel} ${String(message)}${cause.reasons.length > 0 ? `: ${Cause.pretty(cause)}` : ""}`)
    })
    const outage = Effect.gen(function* () {
      yield* Effect.logError("Shard lock storage is unhealthy", Cause.fail("no answer"))
      for (let second = 0; second < 90; second++) {
        yield* TestClock.adjust("1 second")
        yield* Effect.logWarning("Shard lock storage is still unhealthy", Cause.fail(""))
        yield* Effect.logError("Unhandled error in SocketServer", Cause.fail("ECONNRESET"))
        yield* Effect.logWarning("Could not release shards, retrying")
      }
      yield* Effect.logInfo("Shard lock storage has recovered")
    })
    yield* outage.pipe(Effect.provide(ClusterLog.layer), Effect.provide(Logger.layer([logger])))
    assert.deepStrictEqual(lines, [
      "Warn what this server polls is left to others: it could not confirm its locks: Error: no answer",
      "Warn Could not release shards, retrying",
      "Warn Could not release shards, retrying",
      "Info this server can poll its part again"
    ])
  })
)
