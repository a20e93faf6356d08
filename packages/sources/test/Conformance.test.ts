import { assert, describe, expect, layer } from "@effect/vitest"
import { Emulator } from "@opwatch/emulator/Emulator"
import { OperationId } from "@opwatch/core/Reference"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { type Adapter, adapters, faults, statuses } from "./Adapters.ts"
import { control, counts, place, provider, relay, until } from "./Scene.ts"
import { services } from "./Workspace.ts"

const emulated = Layer.merge(Emulator.layer(), services)
const kinds = Object.keys(faults)

/** The fields under which a script puts an operation in a state at once. */
const inState = ({ states }: Adapter, state: keyof Adapter["states"]) => ({ steps: [{ set: states[state] ?? {} }] })

layer(emulated)("every adapter", (it) => {
  describe.each(adapters)("$api", (adapter) => {
    it.effect.each(Object.keys(adapter.states) as ReadonlyArray<keyof Adapter["states"]>)(
      "gets an operation that is %s",
      (state) =>
        Effect.gen(function* () {
          const id = yield* place(adapter, inState(adapter, state))
          const { get } = yield* provider(adapter)
          const operation = yield* get(id)
          expect(operation).toMatchObject({
            ref: "here/op-1",
            source: "here",
            provider: adapter.api,
            id: "op-1",
            state
          })
          assert.strictEqual(operation.done, ["succeeded", "failed", "cancelled"].includes(state))
          assert.property(operation, "submittedAt")
          assert.strictEqual("finishedAt" in operation, operation.done)
          assert.deepStrictEqual(yield* counts(), { get: 1, log: 0, cancel: 0, faults: 0 })
        })
    )

    it.effect("sees an operation move on", () =>
      Effect.gen(function* () {
        const set = adapter.states
        const id = yield* place(adapter, {
          steps: [
            { after: "1s", set: set.running },
            { after: "2s", set: set.succeeded }
          ]
        })
        const { get } = yield* provider(adapter)
        const seen: Array<string> = []
        for (let second = 0; second < 3; second++) {
          seen.push((yield* get(id)).state)
          yield* TestClock.adjust("1 second")
        }
        assert.deepStrictEqual(seen.slice(1), ["running", "succeeded"])
      })
    )

    it.effect("asks once for each of a hundred polls", () =>
      Effect.gen(function* () {
        const id = yield* place(adapter)
        const { get } = yield* provider(adapter)
        yield* Effect.all(
          Array.from({ length: 100 }, () => get(id)),
          { concurrency: 10 }
        )
        assert.deepStrictEqual(yield* counts(), { get: 100, log: 0, cancel: 0, faults: 0 })
      })
    )

    it.effect("reads the log, or says that there is none", () =>
      Effect.gen(function* () {
        const { log } = adapter
        const id = yield* place(adapter, log === undefined ? {} : { log: log.sent })
        const here = yield* provider(adapter)
        assert.strictEqual(here.capabilities.log, log !== undefined)
        if (log === undefined) {
          assert.strictEqual((yield* Effect.flip(Stream.runDrain(here.log(id)))).reason._tag, "Unsupported")
          return assert.strictEqual((yield* counts()).log, 0)
        }
        expect(yield* Stream.runCollect(here.log(id))).toMatchObject(log.read)
        assert.deepStrictEqual(yield* counts(), { get: 0, log: 1, cancel: 0, faults: 0 })
      })
    )

    it.effect("asks once to cancel, or says that it cannot", () =>
      Effect.gen(function* () {
        const id = yield* place(adapter, adapter.canCancel ? { cancel: { after: "1s" } } : {})
        const here = yield* provider(adapter)
        assert.strictEqual(here.capabilities.cancel, adapter.canCancel)
        if (!adapter.canCancel) {
          assert.strictEqual((yield* Effect.flip(here.cancel(id))).reason._tag, "Unsupported")
          return assert.strictEqual((yield* counts()).cancel, 0)
        }
        assert.strictEqual((yield* here.cancel(id)).state, "running")
        yield* TestClock.adjust("1 second")
        assert.strictEqual((yield* here.get(id)).state, "cancelled")
        assert.strictEqual((yield* counts()).cancel, 1)
      })
    )

    it.effect("takes a cancel for unsupported where it is refused or too late", () =>
      Effect.gen(function* () {
        if (!adapter.canCancel) return
        const { cancel, get } = yield* provider(adapter)
        const late = yield* Effect.flip(cancel(yield* place(adapter, inState(adapter, "succeeded"))))
        assert.deepStrictEqual([late.reason._tag, (yield* counts()).cancel], ["Unsupported", 1])
        const refused = yield* Effect.flip(cancel(yield* place(adapter, { cancel: "unsupported" })))
        assert.strictEqual(refused.reason._tag, "Unsupported")
        const id = yield* place(adapter, { cancel: "ignored" })
        yield* cancel(id)
        yield* TestClock.adjust("1 hour")
        assert.strictEqual((yield* get(id)).state, "running")
      })
    )

    it.effect.each(statuses)("answers status %d with %s", ([httpStatus, reason]) =>
      Effect.gen(function* () {
        const id = yield* place(adapter, { steps: [{ httpStatus }] })
        const error = yield* Effect.flip((yield* provider(adapter)).get(id))
        expect(error).toMatchObject({ source: "here", id: "op-1", reason: { _tag: reason } })
        assert.property(error, "requestId")
        assert.strictEqual((yield* counts()).get, 1)
      })
    )

    it.effect("does not find what is not there", () =>
      Effect.gen(function* () {
        yield* place(adapter)
        const error = yield* Effect.flip((yield* provider(adapter)).get(OperationId.make("nobody")))
        expect(error).toMatchObject({ id: "nobody", reason: { _tag: "OperationNotFound" } })
      })
    )

    it.effect("takes no more than an operation for an answer", () =>
      Effect.gen(function* () {
        for (const body of ["", "null", "[]", "{}", '{"id": "op-1", "open_pool" : fase}', "<html></html>"]) {
          const id = yield* place(adapter, { steps: [{ body }] })
          const error = yield* Effect.flip((yield* provider(adapter)).get(id))
          assert.strictEqual(error.reason._tag, "MalformedAnswer", body)
        }
      })
    )

    it.effect.each(kinds.filter((kind) => kind !== "slow"))("meets %s with its reason, after one request", (kind) =>
      Effect.gen(function* () {
        const id = yield* place(adapter, inState(adapter, "running"))
        yield* control("PUT", "faults", [{ kind }])
        const error = yield* Effect.flip((yield* provider(adapter)).get(id))
        expect({ [kind]: error.reason._tag }).toStrictEqual({ [kind]: faults[kind as keyof typeof faults] })
        assert.deepStrictEqual(yield* counts(), { get: 1, log: 0, cancel: 0, faults: 1 })
      })
    )

    it.effect("keeps the pause that it is asked for", () =>
      Effect.gen(function* () {
        const id = yield* place(adapter)
        yield* control("PUT", "faults", [{ kind: "throttled", retryAfter: 7 }])
        const error = yield* Effect.flip((yield* provider(adapter)).get(id))
        assert.propertyVal(error.reason, "retryAfterMillis", 7_000)
      })
    )

    it.effect("waits ten seconds for an answer, and then no longer", () =>
      Effect.gen(function* () {
        const id = yield* place(adapter)
        const { get } = yield* provider(adapter)
        yield* control("PUT", "faults", [
          { kind: "slow", delay: "9s", times: 1 },
          { kind: "slow", delay: "1h" }
        ])
        for (const [index, end] of ["Success", "Failure"].entries()) {
          const asking = yield* Effect.forkChild(get(id))
          yield* until(Effect.map(counts(), ({ faults }) => faults > index))
          yield* TestClock.adjust("9 seconds")
          if (end === "Failure") {
            assert.isUndefined(asking.pollUnsafe())
            yield* TestClock.adjust("1 second")
          }
          const exit = yield* Fiber.await(asking)
          assert.strictEqual(exit._tag, end)
          if (end === "Failure") assert.strictEqual((yield* Effect.flip(exit)).reason._tag, faults.slow)
        }
      })
    )

    it.effect("hangs up when it is interrupted", () =>
      Effect.gen(function* () {
        const id = yield* place(adapter, adapter.log === undefined ? {} : { log: adapter.log.sent })
        const { open, url } = yield* relay
        const here = yield* provider(adapter, { url })
        yield* control("PUT", "faults", [{ kind: "slow", delay: "1h" }])
        const requests = [
          here.get(id),
          ...(adapter.canCancel ? [here.cancel(id)] : []),
          ...(adapter.log === undefined ? [] : [Stream.runDrain(here.log(id))])
        ]
        const asking = yield* Effect.forEach(requests, (request) => Effect.forkChild(request))
        yield* until(Effect.map(counts(), ({ faults }) => faults === requests.length))
        assert.strictEqual(open.size, requests.length)
        yield* Fiber.interruptAll(asking)
        yield* until(Effect.sync(() => open.size === 0))
      })
    )
  })
})
