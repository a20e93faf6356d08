/**
 * Fibers under way, interrupted with the scope. They stand in an array: what has passed through a `Set` or a `Map` stays in
 * memory until the whole heap is collected, as V8 links the tables that they outgrow, and here it is thousands a second.
 */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"

export interface UnderWay {
  readonly run: <A, E>(effect: Effect.Effect<A, E>) => Fiber.Fiber<A, E>
  /** Answers once none is left. */
  readonly ended: Effect.Effect<void>
}

export const make: Effect.Effect<UnderWay, never, Scope.Scope> = Effect.gen(function* () {
  const fork = Effect.runForkWith(yield* Effect.context<never>())
  const fibers: Array<Fiber.Fiber<unknown, unknown> | undefined> = []
  const free: Array<number> = []
  let isClosed = false

  const ended: Effect.Effect<void> = Effect.suspend(() => {
    const left = fibers.find((fiber) => fiber !== undefined)
    return left === undefined ? Effect.void : Effect.andThen(Fiber.await(left), ended)
  })

  yield* Effect.addFinalizer(() =>
    Effect.suspend(() => {
      isClosed = true
      return Fiber.interruptAll(fibers.filter((fiber) => fiber !== undefined))
    })
  )
  return {
    ended,
    run: (effect) => {
      const fiber = fork(isClosed ? Effect.interrupt : effect)
      const place = free.pop() ?? fibers.length
      fibers[place] = fiber
      fiber.addObserver(() => {
        fibers[place] = undefined
        free.push(place)
      })
      return fiber
    }
  }
})
