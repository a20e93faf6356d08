/**
 * Looks for what other servers stored: when the store rings, and else once a second. Changes are told to readers. What was
 * tracked or untracked is polled from then on, or not any more, and whoever waits for the untracking is told.
 */
import { format } from "@opwatch/core/Reference"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Stream from "effect/Stream"
import type { Adoption } from "./Adoption.ts"
import type { ChangeFeed } from "./ChangeFeed.ts"
import type { Committer } from "./Committer.ts"
import type { Monitor } from "./Health.ts"
import type { Store } from "./Store.ts"
import type { Trackings } from "./Trackings.ts"
import type { Untrackings } from "./Untrackings.ts"

const longestPause = Duration.seconds(1)
const shortestPause = Duration.millis(50)
const pageSize = 500

/** Gives the looking itself, which does not end. Made before any partition is loaded, it misses nothing that is tracked since. */
export const make = Effect.fnUntraced(function* (options: {
  readonly store: Store["Service"]
  readonly monitor: Monitor
  readonly committer: Pick<Committer, "catchUp">
  readonly adoption: Pick<Adoption, "adopt" | "end">
  readonly feed: Pick<ChangeFeed, "setLabels">
  readonly untrackings: Pick<Untrackings, "tell">
  readonly trackings: Pick<Trackings, "inOrder">
}) {
  const { adoption, committer, feed, monitor, store, trackings, untrackings } = options
  const rung = yield* Latch.make()
  let last = yield* monitor.persist(store.lastTouch)

  /** Says whether there may be more. */
  const takePage = Effect.gen(function* () {
    const page = yield* store.touched({ after: last, limit: pageSize })
    const found = page.length === 0 ? [] : yield* store.trackings(page.map(({ reference }) => format(reference)))
    for (const [owner, ref, labels] of found) feed.setLabels(owner, ref, labels)
    const byRef = Map.groupBy(found, ([, ref]) => ref)
    for (const { reference, touch, unfinished } of page) {
      const ref = format(reference)
      const owners = new Set(byRef.get(ref)?.map(([owner]) => owner))
      if (unfinished !== undefined) adoption.adopt(unfinished)
      else if (owners.size === 0) adoption.end(reference)
      untrackings.tell(ref, owners)
      last = touch
    }
    return page.length === pageSize
  })
  const takeTouched = Effect.repeat(monitor.persist(trackings.inOrder(takePage)), { while: (isMore) => isMore })

  yield* Effect.forkScoped(Stream.runForEach(store.bell, () => rung.open))
  return Effect.timeoutOption(rung.await, longestPause).pipe(
    Effect.andThen(rung.close),
    Effect.andThen(committer.catchUp),
    Effect.andThen(takeTouched),
    Effect.andThen(Effect.sleep(shortestPause)),
    (step) => monitor.keep("looking for what others stored", step),
    Effect.forever
  )
})
