import { assert, describe, expect, layer } from "@effect/vitest"
import * as PollPlan from "@opwatch/core/PollPlan"
import { OperationId } from "@opwatch/core/Reference"
import * as Watch from "@opwatch/core/Watch"
import { Emulator } from "@opwatch/emulator/Emulator"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { type Adapter, adapters, faults } from "./Adapters.ts"
import { control, counts, place, provider } from "./Scene.ts"
import { services } from "./Workspace.ts"

const emulated = Layer.merge(Emulator.layer(), services)
const kinds = Object.keys(faults)

layer(emulated, { excludeTestServices: true })("every adapter that is waited on", (it) => {
  const plan = PollPlan.fixed(Duration.millis(15))

  describe.each(adapters)("$api", (adapter) => {
    const ending = (state: keyof Adapter["states"]) => ({ steps: [{ after: "600ms", set: adapter.states[state] }] })

    it.effect("asks as often as it tells", () =>
      Effect.gen(function* () {
        const id = yield* place(adapter, ending("failed"))
        const events = yield* Stream.runCollect(Watch.wait(yield* provider(adapter), id, { plan }))
        expect(events.at(-1)).toMatchObject({ _tag: "Observed", operation: { state: "failed" } })
        assert.strictEqual((yield* counts()).get, events.length)
        assert.isAbove(events.length, 1)
      })
    )

    it.effect("reaches the end through each fault at a fifth of its polls, and through all of them at once", () =>
      Effect.gen(function* () {
        const rate = 0.2
        const specific = kinds.map((kind, seed) => ({ kind, rate, seed, operation: `op-${kind}` }))
        const general = kinds.map((kind, seed) => ({
          kind,
          rate: rate / kinds.length,
          seed: seed + 100,
          operation: "op-all"
        }))
        const names = [...kinds, "all"]
        const here = yield* provider(adapter)
        const scripts = names.map((name) => ({ api: adapter.api, id: `op-${name}`, ...ending("succeeded") }))
        yield* control("DELETE", "requests")
        yield* control("POST", "operations", scripts)
        yield* control(
          "PUT",
          "faults",
          [...specific, ...general].map((fault) => (fault.kind === "slow" ? { ...fault, delay: "50ms" } : fault))
        )
        const waits = scripts.map(({ id }) =>
          Stream.runCollect(Watch.wait(here, OperationId.make(id), { plan, timeout: Duration.seconds(10) }))
        )
        const all = yield* Effect.all(waits, { concurrency: "unbounded" })
        for (const [index, events] of all.entries()) {
          const name = names[index] ?? ""
          expect(events.at(-1), name).toMatchObject({ _tag: "Observed", operation: { state: "succeeded" } })
          const { faults: fired, get } = yield* counts(`op-${name}`)
          assert.strictEqual(get, events.length, name)
          const setbacks = events.filter(Watch.$is("Setback"))
          if (name === "all") continue
          assert.strictEqual(setbacks.length, name === "slow" ? 0 : fired, name)
          for (const { error } of setbacks) {
            assert.strictEqual(error.reason._tag, faults[name as keyof typeof faults])
          }
        }
        assert.isAbove(all.flat().filter(Watch.$is("Setback")).length, 0)
      })
    )
  })
})
