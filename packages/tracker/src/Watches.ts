/**
 * The operations that somebody watches now, each with its feed however many watch it. A feed outlives its last watcher for a
 * while, so that one who comes back does not start anew.
 */
import type { Reference } from "@opwatch/core/Reference"
import { format } from "@opwatch/core/Reference"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FiberSet from "effect/FiberSet"
import type * as Scope from "effect/Scope"
import * as Feed from "./Feed.ts"

export interface Watches {
  readonly feed: (ref: string) => Feed.Feed | undefined
  readonly feeds: () => Iterable<Feed.Feed>
  /** For as long as the scope lasts. */
  readonly acquire: (reference: Reference) => Effect.Effect<Feed.Feed, never, Scope.Scope>
  /** Whoever comes from now on starts anew. */
  readonly close: (ref: string) => void
}

interface Watched {
  readonly feed: Feed.Feed
  readonly begun: Deferred.Deferred<void>
  watchers: number
  /** Counts those who left, so that an old leave does not end a younger one's time. */
  leaves: number
}

const linger = Duration.seconds(5)

export const make = Effect.fnUntraced(function* (options: {
  /** Done before the first watcher gets the feed. */
  readonly begin: (reference: Reference, feed: Feed.Feed) => Effect.Effect<void>
  /** Nobody watches it any more. */
  readonly onIdle: (ref: string) => void
}) {
  const run = yield* FiberSet.makeRuntime<never>()
  const watches = new Map<string, Watched>()

  const join = (reference: Reference): Watched => {
    const ref = format(reference)
    const existing = watches.get(ref)
    const watched = existing ?? { feed: Feed.make(), begun: Deferred.makeUnsafe<void>(), watchers: 0, leaves: 0 }
    watched.watchers += 1
    if (existing === undefined) {
      watches.set(ref, watched)
      run(Deferred.into(options.begin(reference, watched.feed), watched.begun))
    }
    return watched
  }

  const leave = (ref: string, watched: Watched) => {
    watched.watchers -= 1
    if (watched.watchers > 0 || watches.get(ref) !== watched) return
    const leaves = ++watched.leaves
    const forget = Effect.sync(() => {
      if (watched.watchers > 0 || watched.leaves !== leaves || watches.get(ref) !== watched) return
      watches.delete(ref)
      options.onIdle(ref)
    })
    run(Effect.delay(forget, linger))
  }

  return {
    feed: (ref) => watches.get(ref)?.feed,
    feeds: () => Array.from(watches.values(), ({ feed }) => feed),
    acquire: (reference) =>
      Effect.acquireRelease(
        Effect.sync(() => join(reference)),
        (watched) => Effect.sync(() => leave(format(reference), watched))
      ).pipe(
        Effect.tap(({ begun }) => Deferred.await(begun)),
        Effect.map(({ feed }) => feed)
      ),
    close: (ref) => void watches.delete(ref)
  } satisfies Watches
})
