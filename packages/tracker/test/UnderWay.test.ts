import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import * as UnderWay from "../src/UnderWay.ts"

describe("UnderWay", () => {
  it.effect("tells when the last fiber has ended, those too that were begun meanwhile", () =>
    Effect.gen(function* () {
      const underWay = yield* UnderWay.make
      yield* underWay.ended
      const [first, second] = [Deferred.makeUnsafe<void>(), Deferred.makeUnsafe<void>()]
      underWay.run(Deferred.await(first))
      const ended = yield* Effect.forkChild(underWay.ended, { startImmediately: true })
      underWay.run(Deferred.await(second))
      yield* Deferred.succeed(first, undefined)
      yield* Effect.yieldNow
      assert.isUndefined(ended.pollUnsafe())
      yield* Deferred.succeed(second, undefined)
      yield* Fiber.join(ended)
    })
  )

  it.effect("interrupts what is left when its scope closes, and begins nothing more", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const underWay = yield* Scope.provide(UnderWay.make, scope)
      const left = underWay.run(Effect.never)
      yield* Scope.close(scope, Exit.void)
      let isBegun = false
      const late = underWay.run(
        Effect.sync(() => {
          isBegun = true
        })
      )
      for (const fiber of [left, late]) assert.isTrue(Exit.hasInterrupts(yield* Fiber.await(fiber)))
      assert.isFalse(isBegun)
    })
  )
})
