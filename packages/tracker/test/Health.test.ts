import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Health from "../src/Health.ts"
import { StoreError } from "../src/StoreError.ts"

it.effect("a tracker that cannot go on reading says what keeps it from it", () =>
  Effect.gen(function* () {
    const monitor = Health.make()
    const isRead = monitor.notReady("it is still reading")
    yield* monitor.storeAnswered("read", new StoreError({ reason: "unavailable", message: "it is away" }))
    assert.deepStrictEqual(monitor.health(), Health.NotReady({ reason: "the store: it is away" }))
    yield* monitor.storeAnswered("read", undefined)
    assert.deepStrictEqual(monitor.health(), Health.NotReady({ reason: "it is still reading" }))
    isRead()
    assert.deepStrictEqual(monitor.health(), Health.Ready())
  })
)
