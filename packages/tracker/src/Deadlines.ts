/**
 * Tells when deadlines pass, those too that passed before it was told of them. They are times of the wall clock, which is
 * looked at again and again, so that one that is set does not matter for long.
 */
import type { Reference } from "@opwatch/core/Reference"
import { format } from "@opwatch/core/Reference"
import * as Timestamp from "@opwatch/core/Timestamp"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Option from "effect/Option"
import type { Committer } from "./Committer.ts"
import type { DueItem } from "./DueQueue.ts"
import * as DueQueue from "./DueQueue.ts"
import type { Monitor } from "./Health.ts"
import type { Store } from "./Store.ts"
import type { StoreError } from "./StoreError.ts"

export interface Deadlines {
  /** In milliseconds since 1970. One that does not stand any more may still be passed. */
  readonly add: (reference: Reference, deadline: number) => void
  /** Those of all who track the operation, as stored, that have not been told of. */
  readonly addNext: (reference: Reference) => Effect.Effect<void, StoreError>
}

interface Deadline extends DueItem {
  readonly reference: Reference
}

const longestSleep = 30_000
const largestBatch = 500

export const make = Effect.fnUntraced(function* (options: {
  readonly store: Store["Service"]
  readonly monitor: Monitor
  readonly committer: Pick<Committer, "passDeadlines">
}) {
  const { committer, monitor, store } = options
  const queue = DueQueue.make<Deadline>()
  const some = yield* Latch.make()

  const add: Deadlines["add"] = (reference, deadline) => {
    queue.add({ reference, due: deadline, place: -1 })
    some.openUnsafe()
  }

  const addNext: Deadlines["addNext"] = Effect.fnUntraced(function* (reference) {
    for (const [owner] of yield* store.trackings([format(reference)])) {
      const tracked = Option.getOrUndefined(yield* store.tracked(owner, reference))
      if (tracked?.deadline === undefined || tracked.overdue === true || tracked.done) continue
      add(reference, Timestamp.toMillis(tracked.deadline))
    }
  })

  const takePassed = (now: number) => {
    const passed: Array<Reference> = []
    for (let first = queue.first(); first !== undefined && first.due <= now; first = queue.first()) {
      if (passed.length === largestBatch) break
      queue.remove(first)
      passed.push(first.reference)
    }
    return passed
  }

  yield* Effect.gen(function* () {
    yield* some.await
    const now = yield* Clock.currentTimeMillis
    const passed = takePassed(now)
    if (passed.length > 0) {
      yield* committer.passDeadlines(passed, Timestamp.fromMillis(now))
      return yield* Effect.forEach(passed, (reference) => monitor.persist(addNext(reference)), { discard: true })
    }
    yield* some.close
    const first = queue.first()
    if (first === undefined) return
    yield* Effect.timeoutOption(some.await, Math.min(first.due - now, longestSleep))
    yield* some.open
  }).pipe((step) => monitor.keep("deadlines", step), Effect.forever, Effect.forkScoped)

  return { add, addNext } satisfies Deadlines
})
