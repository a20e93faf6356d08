/** Time that only goes forward, whatever is done to the wall clock: schedules are kept by it, stamps and ages are not. */
import type * as Clock from "effect/Clock"

/** Milliseconds since a moment that only readings of the same clock share. */
export const millis = (clock: Clock.Clock): number => Number(clock.monotonicTimeNanosUnsafe()) / 1_000_000
