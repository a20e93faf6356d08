/** A provider that tells of changes by itself: one script a connection, the last one for ever. It keeps what was asked of it. */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Operation } from "../src/Operation.ts"
import type { Provider, Told } from "../src/Provider.ts"
import type { ProviderError } from "../src/ProviderError.ts"
import type { Answer } from "./ScriptedProvider.ts"
import * as ScriptedProvider from "./ScriptedProvider.ts"

/** What is told so many seconds after the line before; a failure ends the connection. */
export type Line = readonly [seconds: number, what: Effect.Effect<Operation | Told, ProviderError>]
export type Script = ReadonlyArray<Line>

/** A connection that has told all of its lines stays open without a word. Polls are answered too. */
export const make = (scripts: readonly [Script, ...ReadonlyArray<Script>], polled: Answer) => {
  const { asked, polls, provider: silent } = ScriptedProvider.make(polled)
  /** The milliseconds at which each connection began. */
  const connections: Array<number> = []
  const closed = { count: 0 }
  const provider: Provider = {
    ...silent,
    changes: () =>
      Stream.unwrap(
        Effect.map(Clock.currentTimeMillis, (now) => {
          const script = scripts[Math.min(connections.length, scripts.length - 1)] ?? scripts[0]
          connections.push(now)
          return Stream.fromIterable(script).pipe(
            Stream.mapEffect(([seconds, what]) => Effect.delay(what, Duration.seconds(seconds))),
            Stream.map((what): Told => ("state" in what ? { operation: what } : what)),
            Stream.concat(Stream.never),
            Stream.ensuring(Effect.sync(() => void (closed.count += 1)))
          )
        })
      )
  }
  return { provider, polls, connections, closed, asked }
}
