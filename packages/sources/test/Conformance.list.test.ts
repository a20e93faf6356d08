import { assert, describe, expect, layer } from "@effect/vitest"
import type { ListQuery } from "@opwatch/core/ListQuery"
import type { Operation } from "@opwatch/core/Operation"
import type { Provider } from "@opwatch/core/Provider"
import { Timestamp } from "@opwatch/core/Timestamp"
import { Emulator } from "@opwatch/emulator/Emulator"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { JsonObject } from "effect/Schema"
import * as Stream from "effect/Stream"
import { type Adapter, adapters } from "./Adapters.ts"
import { control, provider } from "./Scene.ts"
import { services } from "./Workspace.ts"

const emulated = Layer.merge(Emulator.layer({ builtin: false }), services)

interface Listed {
  readonly minute: number
  readonly kind?: string
  readonly set?: JsonObject | undefined
}

const time = (minute: number) => Timestamp.make(`2024-05-06T07:${String(minute).padStart(2, "0")}:00Z`)
const idOf = (index: number) => `op-${(index * 7919) % 100_003}`

/** Operations that were submitted at these minutes past seven, and nothing else. */
const place = Effect.fnUntraced(function* ({ api, list }: Adapter, listed: ReadonlyArray<Listed>) {
  yield* control("DELETE", "operations")
  yield* control("DELETE", "faults")
  yield* control(
    "POST",
    "operations",
    listed.map(({ kind = "a.b.Create", minute, set = {} }, index) => ({
      api,
      id: idOf(index),
      operation: list.listed(time(minute), kind),
      steps: [{ set }]
    }))
  )
  yield* control("DELETE", "requests")
})

const requests = Effect.map(control("GET", "requests"), (counted) => {
  const { kinds } = counted as { readonly kinds: Readonly<Record<string, number>> }
  return kinds["list"]
})

const asked = (here: Provider, query: ListQuery): Effect.Effect<ReadonlyArray<Operation>, unknown> =>
  Stream.runCollect(here.list(query))

const ids = (operations: ReadonlyArray<Operation>) => operations.map(({ id }) => String(id))

layer(emulated, { excludeTestServices: true })("the list of every adapter", (it) => {
  describe.each(adapters)("$api", (adapter) => {
    const { query, wrongQuery } = adapter.list

    it.effect("is empty where there is nothing", () =>
      Effect.gen(function* () {
        yield* place(adapter, [])
        assert.deepStrictEqual(yield* asked(yield* provider(adapter), query), [])
      })
    )

    it.effect("gives operations as a get does, the newest first", () =>
      Effect.gen(function* () {
        yield* place(adapter, [
          { minute: 2, set: adapter.states.succeeded },
          { minute: 5, set: adapter.states.running },
          { minute: 1, set: adapter.states.failed }
        ])
        const here = yield* provider(adapter)
        const found = yield* asked(here, query)
        assert.deepStrictEqual(ids(found), [1, 0, 2].map(idOf))
        for (const operation of found) {
          // What is guessed of the end goes by the moment of the guess.
          const { expectedEnd: _, observedAt: __, ...got } = yield* here.get(operation.id)
          expect(operation).toMatchObject(got)
        }
      })
    )

    it.effect("loses nothing and repeats nothing over many pages and many operations of one time", () =>
      Effect.gen(function* () {
        const minutes = Array.from({ length: 1_000 }, (_, index) => (index < 450 ? 30 : (index * 31) % 60))
        yield* place(
          adapter,
          minutes.map((minute) => ({ minute }))
        )
        const found = yield* asked(yield* provider(adapter), query)
        assert.deepStrictEqual(ids(found).toSorted(), minutes.map((_, index) => idOf(index)).toSorted())
        const times = found.map(({ submittedAt }) => submittedAt)
        assert.deepStrictEqual(times, times.toSorted().toReversed())
        assert.isAtMost((yield* requests) ?? 0, 12)
      })
    )

    it.effect("means the same by each condition", () =>
      Effect.gen(function* () {
        yield* place(adapter, [
          { minute: 1, set: adapter.states.running },
          { minute: 2, set: adapter.states.failed, kind: "a.b.Delete" },
          { minute: 3, set: adapter.states.succeeded },
          { minute: 4, set: adapter.states.running, kind: "a.b.Delete" }
        ])
        const here = yield* provider(adapter)
        const found = (more: ListQuery) => Effect.map(asked(here, { ...query, ...more }), ids)
        const [a, b, c, d] = [0, 1, 2, 3].map(idOf)
        assert.deepStrictEqual(yield* found({ state: "running" }), [d, a])
        assert.deepStrictEqual(yield* found({ state: "failed" }), [b])
        assert.deepStrictEqual(yield* found({ state: "unknown" }), [])
        assert.deepStrictEqual(yield* found({ done: true }), [c, b])
        assert.deepStrictEqual(yield* found({ done: false }), [d, a])
        assert.deepStrictEqual(yield* found({ kind: "a.b.Delete" }), [d, b])
        assert.deepStrictEqual(yield* found({ since: time(2), until: time(3) }), [c, b])
        assert.deepStrictEqual(yield* found({ kind: "a.b.Delete", state: "running", since: time(4) }), [d])
        assert.deepStrictEqual(yield* found({ limit: 3 }), [d, c, b])
        assert.deepStrictEqual(yield* found({ limit: 1, until: time(2) }), [b])
      })
    )

    it.effect("reads one page where no more is wanted", () =>
      Effect.gen(function* () {
        yield* place(
          adapter,
          Array.from({ length: 700 }, (_, index) => ({ minute: index % 60 }))
        )
        const here = yield* provider(adapter)
        assert.lengthOf(yield* Stream.runCollect(Stream.take(here.list(query), 7)), 7)
        assert.strictEqual(yield* requests, 1)
      })
    )

    it.effect("comes through throttling and outages", () =>
      Effect.gen(function* () {
        yield* place(
          adapter,
          Array.from({ length: 700 }, (_, index) => ({ minute: index % 60 }))
        )
        yield* control("PUT", "faults", [
          { kind: "unavailable", rate: 0.3, seed: 3, times: 2 },
          { kind: "throttled", rate: 0.3, seed: 4, times: 2 }
        ])
        assert.lengthOf(yield* asked(yield* provider(adapter), query), 700)
        yield* control("DELETE", "faults")
      })
    )

    it.effect("says what it cannot list, without a request", () =>
      Effect.gen(function* () {
        yield* place(adapter, [])
        const here = yield* provider(adapter)
        assert.isTrue(here.capabilities.list)
        const error = yield* Effect.flip(asked(here, wrongQuery))
        expect(error).toMatchObject({ _tag: "ProviderError", reason: { _tag: "Unsupported" } })
        assert.strictEqual((yield* requests) ?? 0, 0)
      })
    )
  })

  it.effect("finds the cloud's services by endpoint discovery where that is configured", () =>
    Effect.gen(function* () {
      const { url } = yield* Emulator
      for (const adapter of adapters.filter(({ api }) => api === "cloud")) {
        yield* place(adapter, [{ minute: 1 }])
        const here = yield* provider(adapter, { endpointsUrl: url, url: "http://127.0.0.1:9" })
        assert.lengthOf(yield* asked(here, adapter.list.query), 1)
      }
    })
  )
})
