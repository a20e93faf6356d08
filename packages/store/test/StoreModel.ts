/** Any sequence of commands, carried out on a store and on the model of it, which must answer alike all the way. */
import { assert } from "@effect/vitest"
import { OperationState } from "@opwatch/core/OperationState"
import type { KeptDurations } from "@opwatch/tracker/KeptDurations"
import * as Partition from "@opwatch/tracker/Partition"
import type { Store, Unfinished } from "@opwatch/tracker/Store"
import type { StoreError } from "@opwatch/tracker/StoreError"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as IndexedText from "../src/IndexedText.ts"
import * as Samples from "./Samples.ts"

/** Few of each, so that commands meet. */
const refs = ["toloka/a", "cloud/a", "cloud-kz/b.~_-"] as const
const owners = ["", "a"] as const
const Ref = Schema.Literals(refs)
const Owner = Schema.Literals(owners)
const Labels = Schema.Record(Schema.Literals(["x", "y"]), Schema.Literals(["1", "2", "\u{1F680} é"]))
const between = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))
const Seconds = between(0, 100)
const some = <S extends Schema.Constraint>(item: S) => Schema.Array(item).check(Schema.isBetweenLength(1, 4))

const Command = Schema.Union([
  Schema.TaggedStruct("track", {
    requests: some(
      Schema.Struct({
        ref: Ref,
        owner: Owner,
        labels: Schema.Union([Labels, Schema.Struct({})]),
        deadline: Schema.Union([Seconds, Schema.Undefined]),
        limit: Schema.Union([between(0, 3), Schema.Undefined]),
        at: Seconds
      })
    )
  }),
  Schema.TaggedStruct("untrack", { ref: Ref, owner: Owner }),
  Schema.TaggedStruct("claim", { refs: some(Ref) }),
  Schema.TaggedStruct("observe", {
    observations: some(
      Schema.Struct({
        tenure: Schema.Union([between(0, 3), Schema.Undefined]),
        ref: Ref,
        state: OperationState,
        at: Seconds,
        kind: Schema.Union([Schema.Literals(["K", "L"]), Schema.String]),
        partial: Schema.Boolean,
        submitted: Schema.Union([Seconds, Schema.Undefined]),
        metadata: Schema.Json
      })
    )
  }),
  Schema.TaggedStruct("passDeadlines", { refs: some(Ref), at: Seconds }),
  Schema.TaggedStruct("noteCancel", { ref: Ref, owner: Owner, at: Seconds }),
  Schema.TaggedStruct("learn", {
    lifetimes: some(
      Schema.Struct({
        of: Schema.Literals(["toloka", "toloka/K", "cloud/K"]),
        seconds: Seconds,
        isOver: Schema.Boolean
      })
    )
  }),
  Schema.TaggedStruct("prune", {
    age: between(0, 60),
    ended: between(0, 60),
    changesPerOperation: between(0, 5),
    at: between(0, 160)
  })
])
type Command = typeof Command.Type

export const Commands = Schema.Array(Command).check(Schema.isBetweenLength(20, 60))

type Service = Store["Service"]

export const compare = Effect.fnUntraced(function* (
  store: Service,
  model: Service,
  commands: ReadonlyArray<Command>
): Effect.fn.Return<void, StoreError> {
  for (const command of commands) {
    const [answer, expected] = [yield* run(store, command), yield* run(model, command)]
    assert.deepStrictEqual(answer, expected)
    const page = { after: yield* model.lastSequence, limit: 3 }
    assert.deepStrictEqual(yield* readSome(store, page.after), yield* readSome(model, page.after))
  }
  assert.deepStrictEqual(yield* readAll(store), yield* readAll(model))
})

const run = (store: Service, command: Command): Effect.Effect<unknown, StoreError> => {
  switch (command._tag) {
    case "track":
      return store.track(
        command.requests.map(({ ref, owner, labels, deadline, limit, at }) =>
          Samples.track(ref, {
            owner,
            labels,
            deadline: deadline === undefined ? undefined : Samples.at(deadline),
            limit,
            at: Samples.at(at)
          })
        )
      )
    case "untrack":
      return store.untrack(command.owner, Samples.reference(command.ref))
    case "claim":
      return store.claim(new Set(command.refs.map(partitionOf)))
    case "observe":
      return store.observe(
        command.observations.map(({ ref, state, at, kind, partial, submitted, metadata, tenure }) => ({
          ...Samples.observation(ref, state, {
            kind,
            partial,
            metadata: asWritten(metadata),
            observedAt: Samples.at(at),
            ...(submitted !== undefined && { submittedAt: Samples.at(submitted) })
          }),
          tenure
        }))
      )
    case "passDeadlines":
      return store.passDeadlines(command.refs.map(Samples.reference), Samples.at(command.at))
    case "noteCancel":
      return store.noteCancel(command.owner, Samples.reference(command.ref), Samples.at(command.at))
    case "learn":
      return Effect.map(
        store.learn(command.lifetimes.map(({ of, seconds, isOver }) => Samples.lifetime(of, seconds, { isOver }))),
        counts
      )
    case "prune":
      return pruneAll(store, command)
  }
}

const partitionOf = (ref: string) => Partition.of(Samples.reference(ref))

/** Its kind as the indexes have it. */
const withStoredKind = ({ kind, ...rest }: Unfinished): Unfinished => ({
  ...rest,
  kind: kind === undefined ? undefined : IndexedText.ofKind(kind)
})

/** Weights are rounded as they are kept. */
const counts = (kept: ReadonlyArray<KeptDurations>) =>
  kept.map(({ source, kind, history }) => JSON.stringify([source, kind, history.count]))

/** JSON has no -0. */
const asWritten = (json: Schema.Json): Schema.Json => JSON.parse(JSON.stringify(json))

const pruneAll = Effect.fnUntraced(function* (
  store: Service,
  { age, ended, changesPerOperation, at }: Extract<Command, { _tag: "prune" }>
) {
  let total = 0
  for (;;) {
    const retention = { changesMillis: age * 1000, operationsMillis: ended * 1000, changesPerOperation }
    const gone = yield* store.prune(retention, Samples.at(at))
    if (gone === 0) return total
    total += gone
  }
})

/** What may have changed, in little. */
const readSome = (store: Service, last: number) =>
  Effect.all({
    last: store.lastSequence,
    touch: store.lastTouch,
    changes: store.changes({ after: last - 3, limit: 2 }),
    summary: store.summary("a", {}),
    list: store.list({ owner: "a", limit: 3 })
  })

const readAll = (store: Service) =>
  Effect.all({
    changes: store.changes({ after: 0, limit: 1000 }),
    durations: Effect.map(store.durations, (kept) => counts(kept).toSorted()),
    touched: Effect.map(store.touched({ after: 0, limit: 9 }), (found) =>
      found.map(({ touch, unfinished }) => [touch, unfinished && withStoredKind(unfinished)])
    ),
    unfinished: Effect.map(Samples.allUnfinished(store), (found) => found.map(withStoredKind)),
    trackings: Effect.map(store.trackings(refs), (found) =>
      found.map((tracking) => JSON.stringify(tracking)).toSorted()
    ),
    references: Effect.forEach(refs.map(Samples.reference), (reference) =>
      Effect.all({
        get: store.get(reference),
        history: store.history(reference, { after: 1, limit: 3 }),
        tracked: Effect.forEach(owners, (owner) => store.tracked(owner, reference))
      })
    ),
    owners: Effect.forEach(owners, (owner) =>
      Effect.all({
        summary: store.summary(owner, { x: "1" }),
        labelled: store.list({ owner, limit: 9, labels: { x: "1", y: "2" } }),
        kind: store.list({ owner, limit: 9, kind: "K" }),
        source: store.list({ owner, limit: 9, source: Samples.reference("toloka/a").source }),
        states: Effect.forEach(OperationState.literals, (state) => store.list({ owner, limit: 1, state })),
        pages: pages(store, owner)
      })
    )
  })

const pages = Effect.fnUntraced(function* (store: Service, owner: string) {
  const found = []
  for (let after: string | undefined, isFirst = true; isFirst || after !== undefined; isFirst = false) {
    const page = yield* store.list({ owner, limit: 2, after })
    found.push(page.items)
    after = page.next
  }
  return found
})
