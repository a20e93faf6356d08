import { assert, it } from "@effect/vitest"
import { Emulator } from "@opwatch/emulator/Emulator"
import * as Effect from "effect/Effect"
import { configuration, listening } from "./Process.ts"

interface Counted {
  readonly operations: Record<string, { readonly get: number }>
}

const script = (id: string) => ({
  api: "cloud",
  id,
  steps: [{ after: "4s", set: { done: true, response: {} } }]
})

it.live(
  "a hundred who wait for an operation cause the polls of one",
  () =>
    Effect.gen(function* () {
      const { url: emulator } = yield* Emulator
      const { url } = yield* listening({ OPWATCH_CONFIG: yield* configuration(emulator) })
      const body = JSON.stringify([script("one"), script("hundred")])
      yield* Effect.promise(() => fetch(`${emulator}/_emulator/operations`, { method: "POST", body }))

      const wait = (id: string) =>
        Effect.promise(() => fetch(`${url}/v1/operations/cloud/${id}/wait`).then((answer) => answer.text()))
      const ids = ["one", ...Array.from({ length: 100 }, () => "hundred")]
      const answers = yield* Effect.forEach(ids, wait, { concurrency: "unbounded" })
      for (const answer of answers) assert.include(answer, `"state":"succeeded"`)

      const counted: Counted = JSON.parse(
        yield* Effect.promise(() => fetch(`${emulator}/_emulator/requests`).then((answer) => answer.text()))
      )
      const [one = 0, hundred = 0] = ["one", "hundred"].map((id) => counted.operations[id]?.get)
      assert.isAbove(one, 2)
      // Two loops that began at slightly different moments may differ by a poll or two; a hundred loops would differ by hundreds.
      assert.isAtMost(Math.abs(hundred - one), 2)
    }).pipe(Effect.scoped, Effect.provide(Emulator.layer())),
  60_000
)
