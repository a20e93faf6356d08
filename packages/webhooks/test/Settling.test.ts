import { assert, it } from "@effect/vitest"
import { StoreError } from "@opwatch/tracker/StoreError"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import * as Settling from "../src/Settling.ts"
import * as WebhookSecret from "../src/WebhookSecret.ts"
import type { Claimed, Settlement } from "../src/WebhookStore.ts"

const claim = (id: string): Claimed => ({
  id,
  url: "http://hooks.example/",
  secret: WebhookSecret.generate(),
  body: "{}",
  attempts: 0,
  since: 0,
  until: 30_000
})
const delivered = { _tag: "Delivered", status: 200 } as const

const prepare = Effect.gen(function* () {
  const stored: Array<ReadonlyArray<string>> = []
  const settled: Array<string> = []
  let isAway = false
  const settling = yield* Settling.make({
    webhooks: {
      settle: (settlements: ReadonlyArray<Settlement>) =>
        Effect.suspend(() => {
          if (isAway) return Effect.fail(new StoreError({ reason: "unavailable", message: "away" }))
          stored.push(settlements.map(({ claim }) => claim.id))
          return Effect.void
        })
    },
    onSettled: ({ claim }) => settled.push(claim.id)
  })
  yield* TestClock.adjust("1 millis")
  return { settling, settled, stored, setAway: (is: boolean) => void (isAway = is) }
})

it.effect("stores together what ends together", () =>
  Effect.gen(function* () {
    const { settled, settling, stored } = yield* prepare
    for (const id of ["1", "2", "3"]) settling.settle(claim(id), delivered)
    yield* TestClock.adjust("10 millis")
    settling.settle(claim("4"), delivered)
    yield* TestClock.adjust("10 millis")
    assert.deepStrictEqual(stored, [["1", "2", "3"], ["4"]])
    assert.deepStrictEqual(settled, ["1", "2", "3", "4"])
  })
)

it.effect("holds on to what the store does not take until it does", () =>
  Effect.gen(function* () {
    const { setAway, settled, settling, stored } = yield* prepare
    setAway(true)
    settling.settle(claim("1"), delivered)
    yield* TestClock.adjust("5 seconds")
    settling.settle(claim("2"), delivered)
    assert.deepStrictEqual(settled, [])
    setAway(false)
    yield* TestClock.adjust("2 seconds")
    assert.deepStrictEqual(stored, [["1", "2"]])
    assert.deepStrictEqual(settled, ["1", "2"])
  })
)

it.effect("stores the last ones when it ends", () =>
  Effect.gen(function* () {
    const stored = yield* Effect.scoped(
      Effect.map(prepare, ({ settling, stored }) => {
        settling.settle(claim("1"), delivered)
        return stored
      })
    )
    assert.deepStrictEqual(stored, [["1"]])
  })
)
