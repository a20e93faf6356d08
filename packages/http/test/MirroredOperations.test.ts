import { fromOperation } from "@opwatch/core/CompactOperation"
import type { Operation } from "@opwatch/core/Operation"
import type { Provider } from "@opwatch/core/Provider"
import { OperationNotFound, ProviderError } from "@opwatch/core/ProviderError"
import * as Reference from "@opwatch/core/Reference"
import * as Timestamp from "@opwatch/core/Timestamp"
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import * as MirroredOperations from "../src/MirroredOperations.ts"
import * as InMemoryProvider from "./InMemoryProvider.ts"

const reference = Reference.make(Reference.SourceName.make("cloud"), Reference.OperationId.make("op-1"))
const { provider } = InMemoryProvider.make("cloud")

const operation = (fields: Partial<Operation>): Operation => ({
  ...reference,
  ref: "cloud/op-1",
  provider: "cloud",
  state: "running",
  done: false,
  observedAt: Timestamp.fromMillis(0),
  ...fields
})

/** A tracker that gives these in turn, the last one for ever, and the ages it was asked for. */
const scripted = (...answers: ReadonlyArray<Operation>) => {
  const ages: Array<number | undefined> = []
  const operations = MirroredOperations.make({
    get: (_, options) =>
      Effect.sync(() => {
        const answer = answers[Math.min(ages.length, answers.length - 1)] ?? operation({})
        ages.push(options?.maxAge === undefined ? undefined : Duration.toSeconds(options.maxAge))
        return answer
      })
  })
  const get = (seconds: number, from: Provider = provider) =>
    Effect.map(operations.get(from, reference, Duration.seconds(seconds)), ({ text }) => text)
  return { get, ages }
}

describe("MirroredOperations", () => {
  it.effect("asks once more for what is known from the store alone", () =>
    Effect.gen(function* () {
      const { ages, get } = scripted(operation({}), operation({ raw: { id: "op-1" } }))
      assert.strictEqual(yield* get(2), '{"id":"op-1"}')
      assert.deepStrictEqual(ages, [2, 0])
    })
  )

  it.effect("asks for it no more while nothing has changed since, and again once something has", () =>
    Effect.gen(function* () {
      const seen = operation({ raw: { id: "op-1", step: 1 }, progress: 10 })
      const expectedEnd = Timestamp.fromMillis(90_000)
      const later = { ...fromOperation(seen), observedAt: Timestamp.fromMillis(60_000), expectedEnd }
      const changed = operation({ progress: 20, observedAt: Timestamp.fromMillis(120_000) })
      const { ages, get } = scripted(seen, later, changed, { ...changed, raw: { id: "op-1", step: 2 } })
      yield* get(2)
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(yield* get(2), '{"id":"op-1","step":1}')
      assert.strictEqual(yield* get(2), '{"id":"op-1","step":1}')
      assert.deepStrictEqual(ages, [2, 2])
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(yield* get(2), '{"id":"op-1","step":2}')
      assert.deepStrictEqual(ages, [2, 2, 2, 0])
    })
  )

  it.effect("says of one that is lost what the provider says of it", () =>
    Effect.gen(function* () {
      const { get } = scripted(operation({ state: "lost", done: true, raw: { id: "op-1" } }))
      const error = yield* Effect.flip(get(2))
      assert.strictEqual(error._tag === "ProviderError" ? error.reason._tag : "", "OperationNotFound")
    })
  )

  it.effect("tells what the provider sends now where that contradicts the end that is known", () =>
    Effect.gen(function* () {
      const { get } = scripted(operation({ state: "succeeded", done: true }))
      const contradicting = { ...provider, get: () => Effect.succeed(operation({ raw: { id: "op-1", done: false } })) }
      assert.strictEqual(yield* get(2, contradicting), '{"id":"op-1","done":false}')
      const gone = new ProviderError({ source: reference.source, reason: new OperationNotFound(), message: "gone" })
      const { get: again } = scripted(operation({ state: "succeeded", done: true }))
      assert.strictEqual(yield* Effect.flip(again(2, { ...provider, get: () => Effect.fail(gone) })), gone)
    })
  )
})
