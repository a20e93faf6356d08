/**
 * The polls of one source: begun when they are due, the longest due first, a bounded number at a time and a second, and none
 * while the source asks to be left alone. Other sources have theirs, so a slow or throttled one holds back nobody else's.
 */
import type { ProviderError } from "@opwatch/core/ProviderError"
import * as Arr from "effect/Array"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Latch from "effect/Latch"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as DueQueue from "./DueQueue.ts"
import type { Entry } from "./Entry.ts"
import type { Monitor } from "./Health.ts"
import * as Monotonic from "./Monotonic.ts"
import * as Pace from "./Pace.ts"
import * as TokenBucket from "./TokenBucket.ts"

export interface SourcePolls {
  /** Polls it when it is due. */
  readonly add: (entry: Entry) => void
  /** Does not poll it; one that is under way goes on. */
  readonly remove: (entry: Entry) => void
  /** For how many milliseconds the one that is due longest has been; 0 if none is due. */
  readonly overdue: () => number
  /** Gives all that wait another moment to be due, a part at a time. */
  readonly reschedule: (due: (entry: Entry, now: number) => number) => Effect.Effect<void>
  /** What became of the request of a poll: another may begin, unless the source wants fewer. */
  readonly answered: (exit: Exit.Exit<unknown, ProviderError>) => void
}

export interface Options {
  /** Begins a poll, so many milliseconds late; `answered` must be told of its request once. */
  readonly begin: (entry: Entry, lateness: number) => void
  /** Whether none should begin for now. */
  readonly isHeld: () => boolean
  /** How many may begin: within a second after a pause twice as many. */
  readonly perSecond: () => number
  readonly monitor: Pick<Monitor, "keep">
}

const mostAtOnce = 64

/** While a source throttles, one request after another finds out when it stops. */
const mostThrottled = 1
const longestHold = 300_000
const heldPause = 100
const turn = 1_000

export const make = Effect.fnUntraced(function* ({ begin, isHeld, monitor, perSecond }: Options) {
  const clock = yield* Clock.Clock
  const random = yield* Random.Random
  const queue = DueQueue.make<Entry>()
  const bucket = TokenBucket.make(perSecond)
  const awake = yield* Latch.make()
  let atOnce = 0
  let throttles = 0
  let heldUntil = -Infinity
  /** When the fiber looks again. */
  let nextLook = Infinity
  let isBeginning = false

  /** Begins what is due; gives the moment at which to look again. */
  const beginDue = (): number => {
    for (;;) {
      const first = queue.first()
      if (first === undefined || atOnce >= (throttles > 0 ? mostThrottled : mostAtOnce)) return Infinity
      const now = Monotonic.millis(clock)
      const next = Math.max(first.due, heldUntil, bucket.ready())
      if (next > now) return next
      if (isHeld()) return now + heldPause
      queue.remove(first)
      bucket.take(now)
      atOnce += 1
      begin(first, now - first.due)
    }
  }

  /** Something changed: begins what is due by it, and wakes the fiber if it would sleep too long. */
  const look = () => {
    if (isBeginning) return
    isBeginning = true
    const next = beginDue()
    isBeginning = false
    if (next < nextLook) awake.openUnsafe()
    nextLook = Math.min(nextLook, next)
  }

  const throttled = (error: ProviderError) => {
    const now = Monotonic.millis(clock)
    if (now >= heldUntil) throttles += 1
    const pause = Pace.pauseAfter(throttles, error, longestHold, random.nextDoubleUnsafe())
    heldUntil = Math.max(heldUntil, now + pause)
  }

  yield* Effect.suspend(() => {
    awake.closeUnsafe()
    nextLook = Infinity
    look()
    const pause = Math.ceil(nextLook - Monotonic.millis(clock))
    awake.closeUnsafe()
    return pause === Infinity ? awake.await : Effect.asVoid(Effect.timeoutOption(awake.await, pause))
  }).pipe((step) => monitor.keep("polling", step), Effect.forever, Effect.forkScoped)

  return {
    add: (entry) => {
      queue.add(entry)
      if (entry.due < nextLook) look()
    },
    remove: (entry) => {
      queue.remove(entry)
    },
    overdue: () => Math.max(0, Monotonic.millis(clock) - (queue.first()?.due ?? Infinity)),
    reschedule: (due) =>
      Effect.forEach(
        Arr.chunksOf(queue.all(), turn),
        (entries) =>
          Effect.suspend(() => {
            const now = Monotonic.millis(clock)
            for (const entry of entries) {
              if (entry.place < 0) continue
              queue.remove(entry)
              entry.due = due(entry, now)
              queue.add(entry)
            }
            look()
            return Effect.yieldNow
          }),
        { discard: true }
      ),
    answered: (exit) => {
      const reason = Option.getOrUndefined(Exit.findErrorOption(exit))
      if (reason?.reason._tag === "Throttled") throttled(reason)
      else if (!Exit.hasInterrupts(exit) && reason?.reason._tag !== "Unavailable") throttles = 0
      atOnce -= 1
      look()
    }
  } satisfies SourcePolls
})
