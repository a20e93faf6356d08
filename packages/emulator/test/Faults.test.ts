import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fault from "../src/Fault.ts"
import { Faults } from "../src/Faults.ts"

const withFaults = <A>(faults: ReadonlyArray<unknown>, use: (service: Faults["Service"]) => A) =>
  Effect.flatMap(Fault.decodeAll(faults), (initial) =>
    Effect.map(Faults, use).pipe(Effect.provide(Faults.layer(initial)))
  )

const kinds = (service: Faults["Service"], count: number) =>
  Array.from({ length: count }, () => service.meet("cloud", "op")?.kind)

describe("Faults", () => {
  it.effect("decide the same way for the same seed, and another way for another", () =>
    Effect.gen(function* () {
      const run = (seed: number) =>
        withFaults([{ kind: "reset", rate: 0.5, seed }], (service) => kinds(service, 100).join())
      assert.strictEqual(yield* run(7), yield* run(7))
      assert.notStrictEqual(yield* run(7), yield* run(8))
    })
  )

  it.effect("hit about as often as their rate says", () =>
    Effect.gen(function* () {
      for (const seed of [1, 2, 3, 1000]) {
        const hits = yield* withFaults([{ kind: "reset", rate: 0.3, seed }], (service) =>
          kinds(service, 2000).filter((kind) => kind === "reset")
        )
        assert.approximately(hits.length, 600, 80)
      }
    })
  )

  it.effect("never hit at rate 0 and always at rate 1", () =>
    Effect.gen(function* () {
      const never = yield* withFaults([{ kind: "reset", rate: 0 }], (service) => kinds(service, 50))
      const always = yield* withFaults([{ kind: "reset", rate: 1 }], (service) => kinds(service, 50))
      assert.deepStrictEqual([new Set(never), new Set(always)], [new Set([undefined]), new Set(["reset"])])
    })
  )

  it.effect("keep their decisions when another fault stands beside them", () =>
    Effect.gen(function* () {
      const reset = { kind: "reset", rate: 0.5, seed: 3 }
      const alone = yield* withFaults([reset], (service) => kinds(service, 60))
      const second = yield* withFaults([{ kind: "internal", rate: 0.5, seed: 4 }, reset], (service) =>
        kinds(service, 60)
      )
      alone.forEach((kind, index) => {
        if (second[index] !== "internal") assert.strictEqual(second[index], kind)
      })
      assert.include(second, "internal")
      assert.include(second, "reset")
    })
  )

  it.effect("of different kinds pick different requests under one seed", () =>
    Effect.gen(function* () {
      const met = yield* withFaults(
        [
          { kind: "reset", rate: 0.3 },
          { kind: "truncated", rate: 0.3 }
        ],
        (service) => kinds(service, 1000)
      )
      assert.approximately(met.filter((kind) => kind === "reset").length, 300, 60)
      assert.approximately(met.filter((kind) => kind === "truncated").length, 210, 60)
    })
  )

  it.effect("stop after so many times and let the next in the list have its turn", () =>
    Effect.gen(function* () {
      const met = yield* withFaults([{ kind: "reset", times: 2 }, { kind: "internal" }], (service) => [
        kinds(service, 4),
        service.list().map(({ fired }) => fired)
      ])
      assert.deepStrictEqual(met, [
        ["reset", "reset", "internal", "internal"],
        [2, 2]
      ])
    })
  )

  it.effect("apply only to the API and the operation they name", () =>
    Effect.gen(function* () {
      const met = yield* withFaults(
        [
          { kind: "reset", api: "toloka" },
          { kind: "internal", operation: "a" }
        ],
        (service) => [
          service.meet("toloka", undefined)?.kind,
          service.meet("cloud", "a")?.kind,
          service.meet("cloud", "b")?.kind,
          service.meet("cloud", undefined)?.kind
        ]
      )
      assert.deepStrictEqual(met, ["reset", "internal", undefined, undefined])
    })
  )

  it.effect("start anew when replaced", () =>
    Effect.gen(function* () {
      const faults = yield* Fault.decodeAll([{ kind: "reset", rate: 0.5, seed: 5 }])
      const runs = yield* Effect.gen(function* () {
        const service = yield* Faults
        const first = kinds(service, 40)
        yield* service.replace(faults)
        return [first, kinds(service, 40)]
      }).pipe(Effect.provide(Faults.layer(faults)))
      assert.deepStrictEqual(runs[0], runs[1])
    })
  )
})
