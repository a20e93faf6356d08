/**
 * How Toloka's list is walked by time without losing or repeating an operation, though it knows no page tokens, ids are in no
 * order of time, and any number of operations may share one time. A page begins at the time where the one before ended,
 * less what was given of that time. A page of nothing but one time does not get any further that way: the operations of
 * that time are then walked by id. Pure; every step moves the time or the id on, or is the last.
 */
import type { Operation } from "@opwatch/core/Operation"
import * as Timestamp from "@opwatch/core/Timestamp"

type Bound = "gt" | "gte" | "lt" | "lte"

/** All that the list can be asked for. */
export type Parameters = Partial<
  Record<"type" | "status" | "sort" | "limit" | `${"id" | "submitted" | "finished"}_${Bound}`, string>
>

export type Order = "newest" | "oldest"

/** Where the next page begins; `given` are the ids of that time which are out already. */
export type Position = ByTime | ById

interface ByTime {
  readonly _tag: "ByTime"
  readonly edge: Timestamp.Timestamp | undefined
  readonly inclusive: boolean
  readonly given: ReadonlySet<string>
}

interface ById {
  readonly _tag: "ById"
  readonly at: Timestamp.Timestamp
  readonly after: string | undefined
  readonly passed: ReadonlySet<string>
  readonly given: ReadonlySet<string>
}

export interface Page {
  readonly operations: ReadonlyArray<Operation>
  readonly hasMore: boolean
}

export interface Step {
  readonly fresh: ReadonlyArray<Operation>
  /** Absent at the end; `stuck` where there is more, and no time to go on from. */
  readonly next: Position | "stuck" | undefined
}

export const startAt = (edge: Timestamp.Timestamp | undefined): Position => ({
  _tag: "ByTime",
  edge,
  inclusive: true,
  given: new Set()
})

/** What to ask for the page at this position. */
export const parametersOf = (order: Order, position: Position): Parameters => {
  if (position._tag === "ById") {
    const at = timeOf(position.at)
    const after = position.after === undefined ? {} : { id_gt: position.after }
    return { sort: "id", submitted_gte: at, submitted_lte: at, ...after }
  }
  const sort = order === "newest" ? "-submitted" : "submitted"
  if (position.edge === undefined) return { sort }
  const bound = `${order === "newest" ? "lt" : "gt"}${position.inclusive ? "e" : ""}` as const
  return { sort, [`submitted_${bound}`]: timeOf(position.edge) }
}

/** As Toloka takes times: UTC without a zone, microseconds at most. */
export const timeOf = (time: Timestamp.Timestamp): string => time.replace("Z", "").replace(/(\.\d{6})\d+$/, "$1")

/** What is new on a page, and where to go on. What the page should not hold is left out. */
export const step = (order: Order, position: Position, page: Page): Step =>
  position._tag === "ById" ? stepById(position, page) : stepByTime(order, position, page)

const stepByTime = (order: Order, { edge, given, inclusive }: ByTime, { hasMore, operations }: Page): Step => {
  const passes = ({ submittedAt }: Operation) => {
    if (edge === undefined || submittedAt === undefined) return true
    const distance = further(order, edge, submittedAt)
    return distance > 0 || (inclusive && distance === 0)
  }
  const fitting = operations.filter(passes)
  const fresh = withoutRepeats(fitting, given)
  if (!hasMore || fitting.length === 0) return { fresh, next: undefined }
  const times = fitting.flatMap(({ submittedAt }) => (submittedAt === undefined ? [] : [submittedAt]))
  const [first] = times
  if (first === undefined) return { fresh, next: "stuck" }
  const last = times.reduce((a, b) => (further(order, a, b) > 0 ? b : a))
  const ofLast = fitting.filter(({ submittedAt }) => submittedAt !== undefined && same(submittedAt, last))
  const isOneTime = times.every((time) => same(time, last))
  const known = new Set([...(isOneTime ? given : []), ...ofLast.map(({ id }) => id)])
  return {
    fresh,
    next: isOneTime
      ? { _tag: "ById", at: last, after: undefined, passed: new Set(), given: known }
      : { _tag: "ByTime", edge: last, inclusive: true, given: known }
  }
}

const stepById = ({ at, given, passed }: ById, { hasMore, operations }: Page): Step => {
  const fitting = operations.filter(({ submittedAt }) => submittedAt !== undefined && same(submittedAt, at))
  const fresh = withoutRepeats(fitting, given)
  const after = operations.at(-1)?.id
  return {
    fresh,
    next:
      !hasMore || after === undefined || passed.has(after)
        ? { _tag: "ByTime", edge: at, inclusive: false, given: new Set() }
        : {
            _tag: "ById",
            at,
            after,
            passed: new Set([...passed, after]),
            given: new Set([...given, ...fresh.map(({ id }) => id)])
          }
  }
}

/** Positive where the second time comes later in the list than the first. */
const further = (order: Order, a: Timestamp.Timestamp, b: Timestamp.Timestamp): number =>
  order === "newest" ? Timestamp.order(a, b) : Timestamp.order(b, a)

const same = (a: Timestamp.Timestamp, b: Timestamp.Timestamp): boolean => Timestamp.order(a, b) === 0

const withoutRepeats = (operations: ReadonlyArray<Operation>, given: ReadonlySet<string>): ReadonlyArray<Operation> => {
  const seen = new Set(given)
  return operations.filter(({ id }) => !seen.has(id) && seen.add(id))
}
