/**
 * Whatever is done to tracker, provider and store, in whatever order: each operation that is tracked ends in its script's
 * state, a reader that resumes by id is told each change exactly once and in order, nothing is polled that nobody wants, and
 * nothing twice at a time.
 */
import { assert, describe, it } from "@effect/vitest"
import { Throttled, Unauthenticated, Unavailable } from "@opwatch/core/ProviderError"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Digest from "../src/Digest.ts"
import * as MemoryStore from "../src/MemoryStore.ts"
import type { Fault } from "./Harness.ts"
import { faulty, mortal, owner, settle } from "./Harness.ts"
import { reference } from "./Samples.ts"
import * as World from "./World.ts"

const minute = 60_000
const scripts: ReadonlyArray<World.Script> = [
  { id: "short", created: 0, ended: 20_000, end: "succeeded" },
  { id: "long", created: 0, ended: 40 * minute, end: "failed" },
  { id: "late", created: 4 * minute, ended: 15 * minute, end: "cancelled" },
  { id: "ended", created: -minute, ended: -1, end: "succeeded" }
]

const between = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))
const op = Schema.Literals(["short", "long", "late", "ended"])
const by = Schema.Literals([owner, "other"])

const Command = Schema.Union([
  Schema.TaggedStruct("Pass", { seconds: between(1, 600) }),
  Schema.TaggedStruct("Track", { op, by }),
  Schema.TaggedStruct("Untrack", { op }),
  Schema.TaggedStruct("Watch", { op }),
  Schema.TaggedStruct("Unwatch", {}),
  Schema.TaggedStruct("Get", { op }),
  Schema.TaggedStruct("Fail", { op, how: Schema.Literals(["unavailable", "throttled", "refused", "not at all"]) }),
  Schema.TaggedStruct("Falter", { how: Schema.Literals(["none", "away", "mute", "slow"]) }),
  Schema.TaggedStruct("Crash", { how: Schema.Literals(["at once", "writing", "gracefully"]) })
])
type Command = typeof Command.Type

const reasons = {
  unavailable: new Unavailable({}),
  throttled: new Throttled({ retryAfterMillis: 20_000 }),
  refused: new Unauthenticated(),
  "not at all": undefined
}

const play = Effect.fnUntraced(function* (commands: ReadonlyArray<Command>) {
  const world = yield* World.make(scripts)
  const memory = yield* MemoryStore.make
  const { fault, store } = faulty(memory)
  const told: Array<{ readonly id: string; readonly ref: string }> = []
  const trackedFrom = new Map<string, number>()
  const trackers = new Map<string, Set<string>>(scripts.map(({ id }) => [id, new Set()]))
  let faulted: Fault = "none"

  const setFault = (how: Fault) => {
    faulted = how
    fault(how)
  }

  const begin = Effect.gen(function* () {
    const process = yield* mortal({ sources: world.sources(), store })
    const reading = yield* process.tracker.changes(owner, { after: told.at(-1)?.id ?? "0" }).pipe(
      Stream.runForEach((event) =>
        Effect.sync(() => told.push({ id: event.id, ref: "_tag" in event ? "reset" : event.operation.ref }))
      ),
      Effect.forkDetach
    )
    const watches: Array<{ readonly id: string; readonly fiber: Fiber.Fiber<unknown, unknown> }> = []
    return { ...process, reading, watches }
  })
  type Process = Effect.Success<typeof begin>
  let process: Process = yield* begin

  const unwatch = (watch: Process["watches"][number] | undefined) =>
    watch === undefined
      ? Effect.void
      : Effect.andThen(
          Fiber.interrupt(watch.fiber),
          Effect.sync(() => world.leaves(watch.id))
        )

  const restart = Effect.fnUntraced(function* (how: "at once" | "writing" | "gracefully") {
    if (how === "writing") {
      process.crashWriting()
      yield* world.pass("1 minute")
    }
    if (how === "gracefully") {
      const closing = yield* Effect.forkChild(Scope.close(process.scope, Exit.void))
      yield* world.pass("10 seconds")
      yield* Fiber.join(closing)
    }
    process.crash()
    yield* Fiber.interrupt(process.reading)
    yield* Effect.forEach(process.watches, unwatch)
    const beginning = yield* Effect.forkChild(begin)
    yield* world.pass("1 minute")
    if (faulted === "away") setFault("none")
    yield* world.pass("10 seconds")
    process = yield* Fiber.join(beginning)
  })

  const track = Effect.fnUntraced(function* (id: string, by: string) {
    const already = trackers.get(id)?.has(by) === true
    if (!already) world.wants(id)
    trackers.get(id)?.add(by)
    const tracking = yield* Effect.forkChild(process.tracker.track([{ owner: by, reference: reference(id) }]))
    yield* settle
    const exit = tracking.pollUnsafe()
    const from = yield* memory.lastSequence
    if (by === owner && exit !== undefined && Exit.isSuccess(exit) && !trackedFrom.has(id)) trackedFrom.set(id, from)
  })

  const run = Effect.fnUntraced(function* (command: Command) {
    switch (command._tag) {
      case "Pass":
        return yield* world.pass(command.seconds * 1_000)
      case "Track":
        return yield* track(command.op, command.by)
      case "Untrack": {
        if (faulted !== "none" || trackers.get(command.op)?.has("other") !== true) return
        const ending = yield* Effect.forkChild(process.tracker.untrack("other", reference(command.op)))
        yield* world.pass("1 minute")
        yield* Fiber.join(ending)
        trackers.get(command.op)?.delete("other")
        return world.leaves(command.op)
      }
      case "Watch": {
        world.wants(command.op)
        const fiber = yield* Effect.forkDetach(Stream.runDrain(process.tracker.watch(reference(command.op))))
        return void process.watches.push({ id: command.op, fiber })
      }
      case "Unwatch":
        return yield* unwatch(process.watches.shift())
      case "Get": {
        world.wants(command.op)
        const asking = yield* Effect.forkChild(process.tracker.get(reference(command.op)))
        yield* world.pass("10 seconds")
        yield* Fiber.interrupt(asking)
        return world.leaves(command.op)
      }
      case "Fail":
        return world.fail(command.op, reasons[command.how])
      case "Falter":
        return setFault(command.how)
      case "Crash":
        return yield* restart(command.how)
    }
  })

  yield* Effect.forEach(commands, run)
  setFault("none")
  for (const { id } of scripts) world.fail(id, undefined)
  yield* world.pass("10 seconds")
  yield* Effect.forEach(scripts, ({ id }) => track(id, owner))
  yield* world.pass("1 hour")
  yield* world.pass("10 minutes")
  const polls = world.polls()
  yield* world.pass("1 hour")
  const { changes } = yield* memory.changes({ after: 0, limit: 1_000_000 })
  const states = yield* Effect.forEach(scripts, ({ id }) =>
    Effect.map(memory.get(reference(id)), (known) => Option.getOrThrow(known).operation.state)
  )
  process.crash()
  yield* Fiber.interrupt(process.reading)
  return { broken: world.broken, told, changes, trackedFrom, states, isQuiet: world.polls() === polls }
})

describe("the laws of the tracker", () => {
  it.effect.prop(
    "hold",
    [Schema.Array(Command).check(Schema.isMinLength(12), Schema.isMaxLength(40))],
    ([commands]) =>
      Effect.gen(function* () {
        const { broken, changes, isQuiet, states, told, trackedFrom } = yield* play(commands)
        assert.deepStrictEqual(broken, [])
        assert.deepStrictEqual(
          states,
          scripts.map(({ end }) => end)
        )
        assert.isTrue(isQuiet, "nothing is polled once all has ended")

        const order = told.map(({ id }) => Number(id))
        assert.deepStrictEqual(
          order,
          [...new Set(order)].toSorted((a, b) => a - b),
          "each once and in order"
        )
        const due = changes.filter(
          ({ operation, sequence, type }) =>
            type !== "operation.cancelRequested" && sequence > (trackedFrom.get(operation.id) ?? Infinity)
        )
        const heard = new Set(order)
        assert.deepStrictEqual(
          due.filter(({ sequence }) => !heard.has(sequence)),
          [],
          "nothing is left out"
        )
        const last = new Map<string, number>()
        for (const { operation, type } of changes) {
          if (type === "operation.overdue" || type === "operation.cancelRequested") continue
          assert.notStrictEqual(
            Digest.of(operation),
            last.get(operation.ref),
            "nothing is a change that changed nothing"
          )
          last.set(operation.ref, Digest.of(operation))
        }
        assert.isFalse(told.some(({ ref }) => ref === "reset"))
      }),
    { arbitrary: { runs: 40, size: 60 } }
  )
})
