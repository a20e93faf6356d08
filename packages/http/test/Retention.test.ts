import { assert, describe, it } from "@effect/vitest"
import { ApiKeys } from "@opwatch/access/ApiKeys"
import type { OperationState } from "@opwatch/core/OperationState"
import * as Reference from "@opwatch/core/Reference"
import { Sources } from "@opwatch/core/Sources"
import * as Timestamp from "@opwatch/core/Timestamp"
import * as MemoryStore from "@opwatch/tracker/MemoryStore"
import { Ownership } from "@opwatch/tracker/Ownership"
import * as Retention from "@opwatch/tracker/Retention"
import { Store } from "@opwatch/tracker/Store"
import { Tracker } from "@opwatch/tracker/Tracker"
import { Webhooks } from "@opwatch/webhooks/Webhooks"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as OpwatchServer from "../src/OpwatchServer.ts"
import * as InMemoryProvider from "./InMemoryProvider.ts"
import { listen, requestTo, socket, until } from "./Serving.ts"

const ids = ["a", "b"].map((id) => Reference.OperationId.make(id))

/** Each began an hour ago and has ended since, as a server before this one saw it. */
const past = Effect.gen(function* () {
  const store = yield* MemoryStore.make
  const { provider, source } = InMemoryProvider.make("cloud")
  const at = Timestamp.fromMillis((yield* Clock.currentTimeMillis) - 3_600_000)
  const operation = (id: Reference.OperationId, state: OperationState) => ({
    ref: `cloud/${id}`,
    source,
    provider: provider.name,
    id,
    state,
    done: state === "succeeded",
    observedAt: at
  })
  yield* store.track(
    ids.map((id) => ({
      owner: "",
      reference: { source, id },
      unseen: operation(id, "unknown"),
      labels: {},
      deadline: undefined,
      at,
      limit: undefined
    }))
  )
  yield* store.observe(ids.map((id) => ({ type: "operation.changed", operation: operation(id, "running") })))
  yield* store.observe(ids.map((id) => ({ type: "operation.finished", operation: operation(id, "succeeded") })))
  return { store, sources: new Map([[source, provider]]) }
})

describe("What is past retention, over HTTP", () => {
  it.live("is a reset to whoever resumes from before it; the last state stays as long as its operation", () =>
    Effect.gen(function* () {
      const { sources, store } = yield* past
      const server = Layer.provideMerge(OpwatchServer.layer, socket()).pipe(
        Layer.provide([Tracker.layer, Webhooks.none]),
        Layer.provide([Layer.succeed(Store, store), Layer.succeed(Sources, sources), Ownership.all, ApiKeys.none]),
        Layer.provide(Layer.succeed(Retention.Retention, { ...Retention.defaults, changesMillis: 1_000 }))
      )
      const { address } = Context.get(yield* Layer.build(Layer.fresh(server)), HttpServer.HttpServer)
      const url = HttpServer.formatAddress(address)
      const told = Effect.fnUntraced(function* (after: string) {
        const events = yield* listen(`${url}/v1/events`, after)
        yield* until(() => events.events().length > 0)
        return events.events()[0]
      })
      const first = yield* told("1")
      assert.deepStrictEqual([first?.id, first?.event], ["2", "operation.changed"])
      const reset = yield* Effect.repeat(Effect.delay(told("1"), "50 millis"), {
        until: (event) => event?.event === "reset"
      })
      assert.deepStrictEqual(reset, { id: "4", event: "reset", data: { id: "4" } })
      const next = yield* told("2")
      assert.deepStrictEqual([next?.id, next?.event], ["3", "operation.finished"])
      const { text } = yield* requestTo(url)("/v1/operations?state=succeeded")
      assert.strictEqual(text.match(/"done":true/g)?.length, ids.length, text)
    })
  )
})
