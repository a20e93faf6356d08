/** A limit on how long something is waited for, whatever it does when it is told to stop. */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"

/** As `Effect.timeoutOrElse`, but what takes too long is left to end in the background. */
export const within =
  <A2, E2, R2>(duration: Duration.Input, orElse: () => Effect.Effect<A2, E2, R2>) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A | A2, E | E2, R | R2> =>
    Effect.flatMap(Effect.forkDetach(effect), (fiber) =>
      Fiber.join(fiber).pipe(
        Effect.timeoutOrElse({
          duration,
          orElse: () => {
            fiber.interruptUnsafe()
            return orElse()
          }
        }),
        Effect.onInterrupt(() => Fiber.interrupt(fiber))
      )
    )
