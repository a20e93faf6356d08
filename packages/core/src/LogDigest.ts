/**
 * A log of any length folded into what an explanation needs: equal errors grouped, created things counted. Its memory is
 * bounded by the number of different errors, and that by `maxFailures`.
 */
import * as Diagnosis from "./Diagnosis.ts"
import type { LogStep, StepError } from "./LogStep.ts"
import type { ProviderError } from "./ProviderError.ts"

const maxFailures = 500
const maxItems = 100

/** Steps that failed alike. */
export interface Failure {
  readonly cause: Diagnosis.Cause
  /** The first of them, as an example. */
  readonly first: LogStep
}

export interface LogDigest {
  /** The most frequent first. */
  readonly failures: ReadonlyArray<Failure>
  readonly created: ReadonlyArray<{ readonly type: string; readonly count: number }>
  /** Why there is no log to read. */
  readonly missing?: ProviderError
}

export const empty: LogDigest = { failures: [], created: [] }

interface Group {
  readonly first: LogStep
  readonly fields: Set<string>
  readonly code: string
  readonly message: string
  /** The caller's own indexes, and the positions of steps that have none. */
  readonly items: Array<number>
  readonly positions: Array<number>
  /** The place counted last: an item's errors come together. */
  last: number | undefined
  count: number
}

const further = { code: "OTHER", message: "further errors, of more kinds than are listed here" }

/** Collects steps one by one; `digest` may be asked for at any time. */
export const collector = () => {
  const groups = new Map<string, Group>()
  const created = new Map<string, number>()
  let numbered = false

  const addError = (step: LogStep, error: StepError) => {
    const wanted = JSON.stringify([step.type, error.code, general(error.field), error.message])
    const full = groups.size >= maxFailures && !groups.has(wanted)
    const key = full ? "" : wanted
    const { code, message } = full ? further : error
    const group = groups.get(key) ?? newGroup(step, code, message)
    groups.set(key, group)
    if (error.field !== undefined && !full && group.fields.size < 2) group.fields.add(error.field)
    const place = step.item ?? step.index
    if (group.last === place) return
    group.last = place
    group.count += 1
    const places = step.item === undefined ? group.positions : group.items
    if (places.length < maxItems) places.push(place)
  }

  return {
    add: (step: LogStep): void => {
      numbered ||= step.item !== undefined
      if (step.created !== undefined) created.set(step.created.type, (created.get(step.created.type) ?? 0) + 1)
      for (const error of errorsOf(step)) addError(step, error)
    },
    digest: (): LogDigest => ({
      failures: [...groups.values()].map(toFailure(numbered)).toSorted((a, b) => b.cause.count - a.cause.count),
      created: [...created].map(([type, count]) => ({ type, count }))
    })
  }
}

/** A step that says it failed and names no error is one all the same. */
const errorsOf = ({ errors, success, type }: LogStep): ReadonlyArray<StepError> =>
  success || errors === undefined || errors.length > 0
    ? (errors ?? [])
    : [{ code: type, message: "failed, and the log does not say why" }]

/**
 * One field keeps its exact path; several that differ only in positions are written with `*` for the position. In a log
 * whose items are numbered, a step without a number is about none of them.
 */
const toFailure =
  (numbered: boolean) =>
  ({ code, count, fields, first, items, message, positions }: Group): Failure => {
    const [one] = fields
    const field = fields.size > 1 ? general(one) : one
    return {
      first,
      cause: { ...Diagnosis.cause(code, message, field), count, items: [...(numbered ? items : positions)] }
    }
  }

const newGroup = (first: LogStep, code: string, message: string): Group => ({
  first,
  fields: new Set(),
  code,
  message,
  items: [],
  positions: [],
  last: undefined,
  count: 0
})

const general = (field: string | undefined): string | undefined => field?.replace(/(^|\.)\d+(?=\.|$)/g, "$1*")
