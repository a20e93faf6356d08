import { assert, layer } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Emulator } from "@opwatch/emulator/Emulator"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Process from "./Process.ts"

const slow = { timeout: 60_000 }
const resource = "compute/instances/fhm1"
const metadata = { "@type": "type.googleapis.com/yandex.cloud.compute.v1.StartInstanceMetadata", instanceId: "fhm1" }

const count = 1_000
const bulk = Array.from({ length: count }, (_, index) => ({
  api: "toloka",
  id: `op-${(index * 7919) % 10_007}`,
  operation: { type: "BULK", submitted: `2024-05-06T07:00:0${index % 3}` }
}))

layer(Layer.merge(Emulator.layer(), NodeServices.layer), { excludeTestServices: true })(
  "opwatch as a process that lists",
  (it) => {
    it.effect(
      "gives each operation once, in a form that wait reads",
      () =>
        Effect.gen(function* () {
          const environment = yield* Process.onEmulator
          yield* Process.script(bulk)
          const listed = yield* Process.run(["list", "toloka", "--kind", "BULK", "--json"], environment)
          const operations: ReadonlyArray<{ readonly ref: string; readonly submittedAt: string }> = JSON.parse(
            listed.out
          )
          assert.strictEqual(new Set(operations.map(({ ref }) => ref)).size, count)
          assert.lengthOf(operations, count)
          const times = operations.map(({ submittedAt }) => submittedAt)
          assert.deepStrictEqual(times, times.toSorted().toReversed())
          assert.deepStrictEqual([listed.code, listed.err], [0, ""])
          const failed = yield* Process.run(["list", "toloka", "--state", "failed", "--output", "ndjson"], environment)
          assert.strictEqual((yield* Process.run(["wait", "-"], environment, failed.out)).code, 1)
        }),
      slow
    )

    it.effect(
      "ends quietly when the reader of its output has gone",
      () =>
        Effect.gen(function* () {
          const environment = yield* Process.onEmulator
          const reading = yield* Process.start(["list", "toloka"], environment)
          yield* reading.said("toloka/")
          reading.child.stdout.destroy()
          const { code, err } = yield* reading.ended
          assert.deepStrictEqual([code, err], [0, ""])
        }),
      slow
    )

    it.effect(
      "waits for what is unfinished on a resource, and then finds nothing",
      () =>
        Effect.gen(function* () {
          const environment = yield* Process.onEmulator
          const done = { after: "5s", set: { done: true, response: {} } }
          yield* Process.script([
            { api: "cloud", id: "fhmstart", operation: { metadata }, steps: [done] },
            { api: "cloud", id: "fhmother", operation: { metadata: { ...metadata, instanceId: "fhm2" } } }
          ])
          const args = ["wait", "--source", "cloud", "--resource", resource]
          const waited = yield* Process.run(args, environment)
          assert.match(waited.out, /^cloud\/fhmstart {2}succeeded {2}yandex\.cloud\.compute\.v1\.StartInstance/)
          assert.strictEqual(waited.code, 0)
          const again = yield* Process.run(args, environment)
          assert.deepStrictEqual(again, { code: 0, out: "", err: `nothing is unfinished on ${resource}\n` })
        }),
      slow
    )

    it.effect.each([
      [["list", "toloka", "--resource", resource], 8],
      [["list", "cloud", "--resource", "compute/vms/fhm1"], 2],
      [["list", "cloud", "--resource", "compute/instances/fhm1:cancel"], 2]
    ] as const)(
      "ends %j with %i",
      ([args, code]) =>
        Effect.gen(function* () {
          const ended = yield* Process.run(args, yield* Process.onEmulator)
          assert.strictEqual(ended.code, code)
          assert.match(ended.err, /^opwatch: /)
          assert.strictEqual(ended.out, "")
        }),
      slow
    )
  }
)
