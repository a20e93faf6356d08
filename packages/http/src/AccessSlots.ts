/** How many waits and streams each key has open. One counts until its scope ends, however it ends. */
import { TooManyStreams } from "@opwatch/api/Problems"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

/** A wait may end any moment, a stream seldom does. */
const retryAfterSeconds = 5

export const make = (most: number) => {
  const open = new Map<string, number>()
  return (owner: string): Effect.Effect<void, TooManyStreams, Scope.Scope> =>
    Effect.acquireRelease(
      Effect.suspend(() => {
        const count = open.get(owner) ?? 0
        if (count >= most) {
          const detail = `${count} waits and streams are open, and that is the most there may be at once`
          return Effect.fail(new TooManyStreams({ detail, retryAfterSeconds }))
        }
        open.set(owner, count + 1)
        return Effect.void
      }),
      () =>
        Effect.sync(() => {
          const count = (open.get(owner) ?? 1) - 1
          if (count === 0) open.delete(owner)
          else open.set(owner, count)
        })
    )
}
