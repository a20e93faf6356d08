import { assert, describe, it } from "@effect/vitest"
import type { Operation } from "@opwatch/core/Operation"
import * as Reference from "@opwatch/core/Reference"
import * as Timestamp from "@opwatch/core/Timestamp"
import * as Schema from "effect/Schema"
import * as TolokaWalk from "../src/TolokaWalk.ts"

const source = Reference.SourceName.make("toloka")

/** An operation submitted so many microseconds after noon. */
const operation = (name: string, micros: number): Operation => {
  const id = Reference.OperationId.make(name)
  const submittedAt = Timestamp.Timestamp.make(`2024-05-06T12:00:00.${String(micros).padStart(6, "0")}Z`)
  return {
    ref: `toloka/${id}`,
    source,
    provider: "toloka",
    id,
    state: "running",
    done: false,
    submittedAt,
    observedAt: submittedAt
  }
}

const Micros = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 6 }))
const Size = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 7 }))
const Operations = Schema.Array(Micros).check(Schema.isMaxLength(60))
const Order = Schema.Literals(["newest", "oldest"])
const Chance = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 }))

/** Ids in an order that has nothing to do with time. */
const operationsOf = (micros: ReadonlyArray<number>) =>
  micros.map((value, index) => operation(`op-${(index * 7919) % 1009}`, value))

/** Numbers that look random and are the same each time. */
const dice = (seed: number) => {
  let state = seed
  return () => (state = (state * 48_271) % 2_147_483_647)
}

const timeOf = ({ submittedAt }: Operation) => submittedAt?.replace("Z", "") ?? ""

/** The list as documented; what is equal in the order asked for comes in any order, another one each time. */
const answer = (all: ReadonlyArray<Operation>, parameters: TolokaWalk.Parameters, size: number, roll: () => number) => {
  const { id_gt, sort, submitted_gt, submitted_gte, submitted_lt, submitted_lte } = parameters
  const sign = sort === "-submitted" ? -1 : 1
  const key = (operation: Operation) => (sort === "id" ? operation.id : timeOf(operation))
  const found = all
    .filter(({ id }) => id_gt === undefined || id > id_gt)
    .filter((operation) => submitted_gt === undefined || timeOf(operation) > submitted_gt)
    .filter((operation) => submitted_gte === undefined || timeOf(operation) >= submitted_gte)
    .filter((operation) => submitted_lt === undefined || timeOf(operation) < submitted_lt)
    .filter((operation) => submitted_lte === undefined || timeOf(operation) <= submitted_lte)
    .map((operation) => ({ operation, key: key(operation), chance: roll() }))
    .toSorted((a, b) => (a.key === b.key ? a.chance - b.chance : a.key < b.key ? -sign : sign))
    .map(({ operation }) => operation)
  return { operations: found.slice(0, size), hasMore: found.length > size }
}

type Answer = (parameters: TolokaWalk.Parameters) => TolokaWalk.Page

/** Walks to the end, or as many pages as that. */
const walk = (order: TolokaWalk.Order, answer: Answer, most = 1_000) => {
  const given: Array<Operation> = []
  let position: TolokaWalk.Step["next"] = TolokaWalk.startAt(undefined)
  let pages = 0
  while (position !== undefined && position !== "stuck") {
    if (++pages > most) assert.fail("the walk does not end")
    const step = TolokaWalk.step(order, position, answer(TolokaWalk.parametersOf(order, position)))
    given.push(...step.fresh)
    position = step.next
  }
  return { given, pages, end: position }
}

const sorted = (operations: ReadonlyArray<Operation>) => operations.map(({ id }) => id).toSorted()

describe("A walk over Toloka's list", () => {
  it.prop(
    "loses nothing, gives nothing twice and keeps the order of time",
    [Operations, Size, Order, Chance],
    ([micros, size, order, seed]) => {
      const all = operationsOf(micros)
      const roll = dice(seed)
      const { given } = walk(order, (parameters) => answer(all, parameters, size, roll))
      assert.deepStrictEqual(sorted(given), sorted(all))
      const times = given.map(timeOf)
      assert.deepStrictEqual(times, order === "newest" ? times.toSorted().toReversed() : times.toSorted())
    },
    { arbitrary: { runs: 2_000 } }
  )

  it.prop(
    "ends, and gives nothing twice, whatever a server answers that always has more",
    [Operations, Size, Order, Chance],
    ([micros, size, order, seed]) => {
      const all = operationsOf(micros)
      const roll = dice(seed)
      const anything: Answer = () => ({
        operations: Array.from({ length: roll() % (size + 1) }, () => all[roll() % all.length]).filter(
          (found) => found !== undefined
        ),
        hasMore: true
      })
      const { given } = walk(order, anything)
      assert.strictEqual(new Set(sorted(given)).size, given.length)
    },
    { arbitrary: { runs: 2_000 } }
  )

  it("asks for one page more than there are, not for each operation", () => {
    const all = Array.from({ length: 1_000 }, (_, index) => operation(`op-${index}`, index))
    const { given, pages } = walk("newest", (parameters) => answer(all, parameters, 100, dice(1)))
    assert.strictEqual(given.length, 1_000)
    assert.isAtMost(pages, 11)
  })

  it("walks more operations of one time than a page holds by id", () => {
    const all = Array.from({ length: 1_000 }, (_, index) => operation(`op-${index}`, 5))
    const { given, pages } = walk("newest", (parameters) => answer(all, parameters, 100, dice(1)))
    assert.deepStrictEqual(sorted(given), sorted(all))
    assert.isAtMost(pages, 12)
  })

  it("is stuck where there is more, and no time to go on from", () => {
    const { submittedAt: _, ...undated } = operation("op-1", 0)
    const { end, given } = walk("newest", () => ({ operations: [undated], hasMore: true }))
    assert.strictEqual(end, "stuck")
    assert.lengthOf(given, 1)
  })

  it("sends times as Toloka takes them", () => {
    const time = Timestamp.Timestamp.make("2024-05-06T12:00:00.123456789Z")
    assert.strictEqual(TolokaWalk.timeOf(time), "2024-05-06T12:00:00.123456")
    assert.strictEqual(TolokaWalk.timeOf(Timestamp.Timestamp.make("2024-05-06T12:00:00.1Z")), "2024-05-06T12:00:00.1")
  })
})
