/**
 * What the cluster's library says, for those who run the server: that it could not keep its partitions, as when the database is
 * away, and that it can again. What else matters is in its own words, the same ones once a minute at most.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import type { LogLevel } from "effect/LogLevel"

const words: ReadonlyMap<string, { readonly logLevel: LogLevel; readonly message: string }> = new Map([
  [
    "Shard lock storage is unhealthy",
    { logLevel: "Warn", message: "what this server polls is left to others: it could not confirm its locks" }
  ],
  ["Shard lock storage has recovered", { logLevel: "Info", message: "this server can poll its part again" }]
])

/** The first goes on until it has recovered, the second is that another runner went away without a word. */
const leftOut = new Set(["Shard lock storage is still unhealthy", "Unhandled error in SocketServer"])

const minute = 60_000

const translated = (logger: Logger.Logger<unknown, unknown>) => {
  const saidAt = new Map<string, number>()
  return Logger.make((entry) => {
    const said = Array.isArray(entry.message) ? entry.message.join(" ") : String(entry.message)
    const now = entry.date.getTime()
    const told = words.get(said)
    const isNews = !leftOut.has(said) && Math.abs(now - (saidAt.get(said) ?? -Infinity)) >= minute
    if (told === undefined && isNews) saidAt.set(said, now)
    if (told !== undefined || isNews) logger.log({ ...entry, ...told })
  })
}

/** The loggers that are there, as what is provided with it is to have them. */
export const layer: Layer.Layer<never> = Layer.effect(
  Logger.CurrentLoggers,
  Effect.map(Logger.CurrentLoggers, (loggers) => new Set(Array.from(loggers, translated)))
)
