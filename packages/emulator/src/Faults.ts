/**
 * The active faults and which requests they hit. Each fault draws from its own seeded generator, once for every request it
 * applies to, so its decisions do not depend on the other faults; of several that hit, the first in the list is carried out.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import type { Fault } from "./Fault.ts"
import type { Api } from "./Script.ts"

interface Active {
  readonly fault: Fault
  readonly draw: () => number
  fired: number
}

export class Faults extends Context.Service<
  Faults,
  {
    /** Their generators start anew and their counts at zero. */
    readonly replace: (faults: ReadonlyArray<Fault>) => Effect.Effect<void>
    /** The fault that this request meets, counted as fired. */
    readonly meet: (api: Api, operation: string | undefined) => Fault | undefined
    readonly list: () => ReadonlyArray<{ readonly fault: Fault; readonly fired: number }>
  }
>()("@opwatch/emulator/Faults") {
  static layer(initial: ReadonlyArray<Fault>): Layer.Layer<Faults> {
    return Layer.effect(Faults, make(initial))
  }
}

const make = Effect.fnUntraced(function* (initial: ReadonlyArray<Fault>) {
  let active: ReadonlyArray<Active> = []

  const replace = (faults: ReadonlyArray<Fault>) =>
    Effect.map(Effect.forEach(faults, activate), (activated) => {
      active = activated
    })

  yield* replace(initial)

  return Faults.of({
    replace,
    list: () => active,
    meet: (api, operation) => {
      let met: Active | undefined
      for (const candidate of active) {
        if (!applies(candidate, api, operation)) continue
        if (candidate.draw() < candidate.fault.rate) met ??= candidate
      }
      if (met !== undefined) met.fired++
      return met?.fault
    }
  })
})

/** Seeded by kind as well, or two kinds that share the default seed would always pick the same requests. */
const activate = (fault: Fault): Effect.Effect<Active> =>
  Effect.map(Random.withSeed(Random.Random, `${fault.kind} ${fault.seed}`), (random) => ({
    fault,
    draw: () => random.nextDoubleUnsafe(),
    fired: 0
  }))

const applies = ({ fault, fired }: Active, api: Api, operation: string | undefined): boolean =>
  (fault.api === undefined || fault.api === api) &&
  (fault.operation === undefined || fault.operation === operation) &&
  (fault.times === undefined || fired < fault.times)
