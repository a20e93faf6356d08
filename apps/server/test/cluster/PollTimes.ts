/** When providers that this process plays were asked for each operation, as they saw it. */
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import type * as Scope from "effect/Scope"
import { subscribe, unsubscribe } from "node:diagnostics_channel"
import { IncomingMessage } from "node:http"

export interface PollTimes {
  /** How often each operation was asked for since then, of those that ever were. */
  readonly counts: (since: number) => ReadonlyArray<number>
  /** How long each poll from `from` until `to` came after the one of the same operation before it, in milliseconds. */
  readonly gaps: (from: number, to: number) => ReadonlyArray<number>
}

const channel = "http.server.request.start"
const path = /\/operations\/([^/?:]+)$/

/** For as long as the scope. Times are those of `Date.now()`. */
export const make: Effect.Effect<PollTimes, never, Scope.Scope> = Effect.gen(function* () {
  const times = new Map<string, Array<number>>()
  const note = (message: unknown) => {
    if (!Predicate.hasProperty(message, "request") || !(message.request instanceof IncomingMessage)) return
    const { method, url = "" } = message.request
    const id = method === "GET" ? path.exec(url)?.[1] : undefined
    if (id === undefined) return
    const own = times.get(id)
    if (own === undefined) times.set(id, [Date.now()])
    else own.push(Date.now())
  }
  yield* Effect.acquireRelease(
    Effect.sync(() => subscribe(channel, note)),
    () => Effect.sync(() => unsubscribe(channel, note))
  )
  return {
    counts: (since) => Array.from(times.values(), (own) => own.filter((time) => time >= since).length),
    gaps: (from, to) =>
      [...times.values()].flatMap((own) =>
        own.flatMap((time, index) => {
          const before = own[index - 1]
          return before !== undefined && time >= from && time < to ? [time - before] : []
        })
      )
  }
})
