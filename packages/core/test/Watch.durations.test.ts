import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Durations from "../src/Durations.ts"
import * as Timestamp from "../src/Timestamp.ts"
import * as Watch from "../src/Watch.ts"
import { play } from "./Playback.ts"
import { id, operation, source } from "./Samples.ts"
import * as ScriptedProvider from "./ScriptedProvider.ts"

const kind = { source, kind: "POOL.OPEN" }
const at = (seconds: number) => Timestamp.fromMillis(seconds * 1_000)
const submitted = { kind: kind.kind, submittedAt: at(0) }
const running = Effect.succeed(operation("running", submitted))
const succeeded = Effect.succeed(operation("succeeded", { ...submitted, observedAt: at(61), finishedAt: at(60) }))

const known = () => {
  const durations = Durations.make()
  for (let millis = 58_000; millis < 62_000; millis += 80) durations.learn({ ...kind, millis, isOver: true })
  return durations
}

describe("a watch with durations", () => {
  it.effect("polls when such operations end, and says when that is", () =>
    Effect.gen(function* () {
      const { polls, provider } = ScriptedProvider.make(running, succeeded)
      const { events } = yield* play(Watch.watch(provider, id, { durations: known() }))
      assert.strictEqual(polls.length, 2)
      assert.approximately(polls[1] ?? 0, 60_000, 4_000)
      const [first] = events
      assert.isTrue(first !== undefined && Watch.$is("Observed")(first))
      if (first === undefined || !Watch.$is("Observed")(first)) return
      const { expectedEnd } = first.operation
      assert.approximately(expectedEnd === undefined ? 0 : Timestamp.toMillis(expectedEnd), 60_000, 1_000)
    })
  )

  it.effect("learns from an end that it saw coming, and not from one that was there before", () =>
    Effect.gen(function* () {
      const durations = Durations.make()
      yield* play(Watch.watch(ScriptedProvider.make(succeeded).provider, id, { durations }))
      assert.deepStrictEqual(durations.kinds(), [])
      yield* play(Watch.watch(ScriptedProvider.make(running, succeeded).provider, id, { durations }))
      assert.strictEqual(durations.history(kind).count, 1)
      assert.strictEqual(durations.history(kind).left.at.length, 0)
    })
  )

  it.effect("learns from an operation that it leaves when time is up that it went on", () =>
    Effect.gen(function* () {
      const durations = Durations.make()
      const later = Effect.succeed(operation("running", { ...submitted, observedAt: at(30) }))
      const { provider } = ScriptedProvider.make(running, later)
      yield* play(Watch.wait(provider, id, { durations, timeout: Duration.seconds(30) }))
      assert.strictEqual(durations.history(kind).count, 0)
      assert.strictEqual(durations.history(kind).left.at.length, 1)
    })
  )
})
