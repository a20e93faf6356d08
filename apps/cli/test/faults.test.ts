import { assert, describe, it } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Emulator } from "@opwatch/emulator/Emulator"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Process from "./Process.ts"

const toloka = (index: number, status: string) => ({
  api: "toloka",
  id: `t${index}`,
  operation: { type: "POOL.OPEN", parameters: { pool_id: "21" } },
  steps: [
    { after: `${100 + index * 50}ms`, set: { status: "RUNNING" } },
    { after: `${400 + index * 100}ms`, set: { status } }
  ]
})

const cloud = (index: number, end: object) => ({
  api: "cloud",
  id: `c${index}`,
  steps: [
    { after: `${100 + index * 50}ms`, set: { error: { code: 13, message: "A host is down" } } },
    { after: `${400 + index * 100}ms`, set: { done: true, ...end } }
  ]
})

/** How each of the operations must end; the cloud's roll back first. */
const ends = [
  ["SUCCESS", "succeeded", { error: null, response: {} }, "succeeded"],
  ["FAIL", "failed", { error: { code: 8, message: "Quota exceeded" } }, "failed"],
  ["SUCCESS", "succeeded", { error: { code: 1, message: "Cancelled" } }, "cancelled"]
] as const

const cases = Array.from({ length: 10 }, (_, index) => {
  const [status, tolokaState, end, cloudState] = ends[index % ends.length] ?? ends[0]
  return {
    scripts: [toloka(index, status), cloud(index, end)],
    expected: [
      [`toloka/t${index}`, tolokaState],
      [`cloud/c${index}`, cloudState]
    ] as const
  }
})

const expected = cases.flatMap((one) => one.expected)

const faults = [
  { kind: "throttled" },
  { kind: "throttled", retryAfter: 1 },
  { kind: "internal" },
  { kind: "badGateway" },
  { kind: "unavailable" },
  { kind: "reset" },
  { kind: "slow", delay: "1s" },
  { kind: "notJson" },
  { kind: "truncated" }
]

interface Waited {
  readonly ref: string
  readonly state: string
}

describe.concurrent("a wait for twenty operations of both providers", () => {
  it.live.each(faults)(
    "ends with what the scripts say while one request in five meets %j",
    (fault) =>
      Effect.gen(function* () {
        const { url } = yield* Emulator
        const environment = yield* Process.onEmulator
        yield* Process.script(cases.flatMap(({ scripts }) => scripts))
        const body = JSON.stringify([{ ...fault, rate: 0.2, seed: 5 }])
        yield* Effect.promise(() => fetch(`${url}/_emulator/faults`, { method: "PUT", body }))
        const { code, out } = yield* Process.run(["wait", "--json", ...expected.map(([ref]) => ref)], environment)
        const waited: ReadonlyArray<Waited> = JSON.parse(out)
        assert.deepStrictEqual(
          waited.map(({ ref, state }) => [ref, state] as const),
          expected
        )
        assert.strictEqual(code, 1)
        const met: ReadonlyArray<{ readonly fired: number }> = JSON.parse(
          yield* Effect.promise(() => fetch(`${url}/_emulator/faults`).then((answer) => answer.text()))
        )
        assert.isAbove(met[0]?.fired ?? 0, 0)
      }).pipe(Effect.scoped, Effect.provide(Layer.merge(Emulator.layer(), NodeServices.layer))),
    60_000
  )
})
