import { assert, it } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Reference from "@opwatch/core/Reference"
import { providerOf, Sources } from "@opwatch/core/Sources"
import * as Watch from "@opwatch/core/Watch"
import { Emulator } from "@opwatch/emulator/Emulator"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ConfiguredSources from "../src/ConfiguredSources.ts"
import * as NodeTransport from "../src/NodeTransport.ts"
import { control } from "./Scene.ts"
import { folder } from "./Workspace.ts"

/** How many operations at once; the campaign has more. */
const size = Number(process.env["OPWATCH_CROWD"] ?? 1_000)

const endings = [
  { api: "toloka", end: { status: "SUCCESS" }, state: "succeeded" },
  { api: "cloud", end: { done: true, response: {} }, state: "succeeded" },
  { api: "toloka", end: { status: "FAIL" }, state: "failed" },
  { api: "cloud", end: { done: true, error: { code: 8, message: "Quota" } }, state: "failed" },
  { api: "cloud", end: { done: true, error: { code: 1, message: "Cancelled" } }, state: "cancelled" }
] as const

const crowd = Array.from({ length: size }, (_, index) => {
  const { api, end, state } = endings[index % endings.length] ?? endings[0]
  const id = `op-${index}`
  const script = { api, id, steps: [{ after: `${(index * 7) % 4_000}ms`, set: end }] }
  return { reference: Reference.make(Reference.SourceName.make(api), Reference.OperationId.make(id)), script, state }
})

const kinds = ["throttled", "internal", "badGateway", "unavailable", "reset", "slow", "notJson", "truncated"]

/** One request in five meets one of them. */
const faults = kinds.map((kind, index) => ({ kind, rate: 0.2 / kinds.length, seed: index }))

interface Requests {
  readonly total: number
  readonly operations: Readonly<Record<string, { readonly faults: number }>>
}

const sources = Layer.unwrap(
  Effect.gen(function* () {
    const { url } = yield* Emulator
    const { write } = yield* folder
    const rateLimit = { requests: 100_000, per: "1s" }
    const config = yield* write(
      "config.json",
      JSON.stringify({
        sources: {
          toloka: { provider: "toloka", url: `${url}/api/v1`, rateLimit },
          cloud: { provider: "cloud", url, rateLimit }
        }
      })
    )
    return ConfiguredSources.layer({ config, environment: {} })
  })
).pipe(Layer.provide(NodeTransport.layer({})))

it.live(
  `${size} operations at once all end as their scripts say while one request in five goes wrong, without a storm of retries`,
  () =>
    Effect.gen(function* () {
      const providers = yield* Sources
      yield* control(
        "POST",
        "operations",
        crowd.map(({ script }) => script)
      )
      yield* control("PUT", "faults", faults)
      const states = yield* Effect.forEach(
        crowd,
        ({ reference }) =>
          Effect.flatMap(providerOf(providers, reference), (provider) =>
            Effect.map(Watch.result(Watch.watch(provider, reference.id)), ({ state }) => state)
          ),
        { concurrency: "unbounded" }
      )
      assert.deepStrictEqual(
        states,
        crowd.map(({ state }) => state)
      )
      const requests = (yield* control("GET", "requests")) as Requests
      const faulted = Object.values(requests.operations).reduce((sum, { faults }) => sum + faults, 0)
      const perNeeded = requests.total / (requests.total - faulted)
      yield* Effect.logInfo(
        `${requests.total} requests, ${faulted} went wrong: ${perNeeded.toFixed(2)} for each one needed`
      )
      assert.isAbove(faulted, requests.total * 0.1)
      assert.isAtMost(perNeeded, 1.5)
    }).pipe(
      Effect.provide(
        sources.pipe(Layer.provideMerge(Layer.merge(Emulator.layer({ builtin: false }), NodeServices.layer)))
      ),
      Effect.scoped
    ),
  120_000 + size * 60
)
