import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import type { Anomaly } from "../src/Operation.ts"
import { Operation, substance, withState } from "../src/Operation.ts"
import { isFinal, OperationState, rankOf } from "../src/OperationState.ts"
import { advance, lose } from "../src/StateMachine.ts"
import * as Timestamp from "../src/Timestamp.ts"
import { operation, time } from "./Samples.ts"

const states = OperationState.literals
const finals = Arbitrary.schema(OperationState.check(Schema.makeFilter((state) => isFinal(state))))
const operations = Arbitrary.map(Arbitrary.schema(Operation), (any) => withState(any, any.state))
const finished = Arbitrary.map(Arbitrary.all([operations, finals]), ([any, final]) => withState(any, final))

/** Two observations of one operation, at the same time in one case of four. */
const pairs = Arbitrary.map(
  Arbitrary.all([operations, operations, Arbitrary.schema(Schema.Literals([0, 1, 2, 3]))]),
  ([a, b, luck]) => [a, luck === 0 ? { ...b, observedAt: a.observedAt } : b] as const
)

/** What one run of an operation shows at distinct times, ending in one kind of final state if in any. */
const runs = Arbitrary.map(
  Arbitrary.all([Arbitrary.array(operations, { minLength: 1, maxLength: 8 }), finals]),
  ([observations, final]) =>
    observations
      .map((one) => (isFinal(one.state) ? withState(one, final) : one))
      .filter((one, at, all) => all.findIndex((other) => sameTime(one, other)) === at)
)
const shuffles = Arbitrary.map(
  Arbitrary.all([runs, Arbitrary.array(Arbitrary.schema(Schema.Int), { minLength: 8, maxLength: 8 })]),
  ([run, keys]) => ({
    run,
    shuffled: run
      .map((one, at) => [keys[at] ?? 0, one] as const)
      .toSorted(([a], [b]) => a - b)
      .map(([, one]) => one)
  })
)

const sameTime = (a: Operation, b: Operation) => Timestamp.order(a.observedAt, b.observedAt) === 0
const fold = ([first, ...rest]: ReadonlyArray<Operation>) =>
  first === undefined ? assert.fail("an empty run") : rest.reduce(advance, first)
const withoutAnomalies = Struct.omit<Operation, ["anomalies"]>(["anomalies"])
const codes = ({ anomalies = [] }: Operation) => anomalies.map(({ code }) => code)

describe("advance", () => {
  it.prop("changes nothing when it folds the same observation in twice", [pairs], ([[known, observed]]) => {
    const once = advance(known, observed)
    assert.deepStrictEqual(advance(once, observed), once)
  })

  it.prop("changes nothing when it folds an operation into itself", [operations], ([known]) => {
    assert.deepStrictEqual(advance(known, known), known)
  })

  it.prop("never lowers the rank of a state", [pairs], ([[known, observed]]) => {
    const rank = rankOf(advance(known, observed).state)
    assert.strictEqual(rank, Math.max(rankOf(known.state), rankOf(observed.state)))
  })

  it.prop("never leaves a final state, and adds at most anomalies to it", [finished, operations], ([known, late]) => {
    const after = advance(known, late)
    assert.deepStrictEqual(withoutAnomalies(after), withoutAnomalies(known))
    const before = known.anomalies ?? []
    assert.deepStrictEqual((after.anomalies ?? []).slice(0, before.length), before)
    assert.isAtMost((after.anomalies ?? []).length, before.length + 1)
  })

  it.prop("keeps every anomaly that it saw on the way", [pairs], ([[known, observed]]) => {
    if (isFinal(known.state)) return
    const kept = advance(known, observed).anomalies ?? []
    for (const anomaly of [...(known.anomalies ?? []), ...(observed.anomalies ?? [])]) {
      assert.deepInclude(kept, anomaly)
    }
  })

  it.prop("ends in the same state whatever the order of a run's observations", [shuffles], ([{ run, shuffled }]) => {
    assert.strictEqual(fold(shuffled).state, fold(run).state)
  })

  it.prop("ends in the same operation where only one of them is final", [shuffles], ([{ run, shuffled }]) => {
    if (run.filter(({ state }) => isFinal(state)).length > 1) return
    assert.deepStrictEqual(withoutAnomalies(fold(shuffled)), withoutAnomalies(fold(run)))
  })

  it.prop("keeps `done` equal to whether the state is final", [shuffles], ([{ shuffled }]) => {
    const { done, state } = fold(shuffled)
    assert.strictEqual(done, isFinal(state))
  })

  it.each(states.flatMap((from) => states.filter((to) => rankOf(to) > rankOf(from)).map((to) => [from, to] as const)))(
    "goes from %s straight to %s",
    (from, to) => {
      assert.deepStrictEqual(advance(operation(from), operation(to)), operation(to))
    }
  )

  it("takes the newer of two observations in the same state, in whichever order they come", () => {
    const older = operation("running", { progress: 10, observedAt: time("2024-05-01T00:00:01Z") })
    const newer = operation("running", { progress: 20, observedAt: time("2024-05-01T00:00:01.5Z") })
    assert.strictEqual(advance(older, newer).progress, 20)
    assert.strictEqual(advance(newer, older).progress, 20)
  })

  it("keeps what did not fit in an observation that came late", () => {
    const misfit: Anomaly = { code: "out_of_range", field: "progress", message: "101" }
    const late = advance(operation("rolling_back"), operation("running", { anomalies: [misfit] }))
    assert.deepStrictEqual(late, operation("rolling_back", { anomalies: [misfit] }))
  })

  it("returns from an unknown status to a running one", () => {
    const later = time("2024-05-01T00:00:00Z")
    assert.strictEqual(advance(operation("unknown"), operation("running", { observedAt: later })).state, "running")
  })

  const end = operation("succeeded", { observedAt: time("2024-05-01T00:00:01Z") })
  const before = time("2024-05-01T00:00:00.999Z")
  const after = time("2024-05-01T00:00:01.001Z")

  it("records a finished operation that is reported unfinished later", () => {
    const reopened = advance(end, operation("running", { observedAt: after }))
    const expected: Anomaly = { code: "reopened", field: "state", message: "running was reported after succeeded" }
    assert.deepStrictEqual(reopened, { ...end, anomalies: [expected] })
    assert.deepStrictEqual(advance(reopened, operation("running", { observedAt: after })), reopened)
  })

  it("records a finished operation that is reported to have ended otherwise later", () => {
    assert.deepStrictEqual(codes(advance(end, operation("failed", { observedAt: after }))), ["changed_after_end"])
  })

  it("takes an observation from before the end for what it is", () => {
    assert.deepStrictEqual(advance(end, operation("running", { observedAt: before })), end)
    assert.deepStrictEqual(advance(end, operation("running", { observedAt: end.observedAt })), end)
  })
})

describe("lose", () => {
  const at = time("2024-05-01T00:00:02Z")

  it.prop("ends what was not final as lost, with nothing expected of it, and nothing else", [operations], ([known]) => {
    const expected = isFinal(known.state) ? known : { ...substance(known), state: "lost", done: true, observedAt: at }
    assert.deepStrictEqual(lose(known, at), expected)
  })
})
