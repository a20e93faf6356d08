/**
 * A log of any length folded into what an explanation needs: equal errors grouped, created things counted. Its memory is
 * bounded by the number of different errors, and that by `maxCauses`.
 */
import type { Cause } from "./Diagnosis.ts"
import type { LogStep, StepError } from "./LogStep.ts"

const maxCauses = 500
const maxItems = 100

interface Group {
  readonly fields: Set<string>
  readonly code: string
  readonly message: string
  readonly items: Array<number>
  /** The item counted last: the errors of one item come together. */
  last: number | undefined
  count: number
}

export interface LogDigest {
  readonly causes: ReadonlyArray<Cause>
  readonly created: ReadonlyArray<{ readonly type: string; readonly count: number }>
  /** Whether any step failed, named or not. */
  readonly failedSteps: number
}

export const empty: LogDigest = { causes: [], created: [], failedSteps: 0 }

/** Collects steps one by one; `digest` may be asked for at any time. */
export const collector = () => {
  const groups = new Map<string, Group>()
  const created = new Map<string, number>()
  let failedSteps = 0

  const addError = (item: number, error: StepError) => {
    const place = general(error.field)
    const wanted = JSON.stringify([error.code, place, error.message])
    const full = groups.size >= maxCauses && !groups.has(wanted)
    const key = full ? "" : wanted
    const group = groups.get(key) ?? {
      fields: new Set<string>(),
      code: full ? "OTHER" : error.code,
      message: full ? "other errors, of more kinds than are told apart here" : error.message,
      items: [],
      last: undefined,
      count: 0
    }
    groups.set(key, group)
    if (error.field !== undefined && !full && group.fields.size < 2) group.fields.add(error.field)
    if (group.last === item) return
    group.last = item
    group.count += 1
    if (group.items.length < maxItems) group.items.push(item)
  }

  return {
    add: (step: LogStep): void => {
      if (step.created !== undefined) created.set(step.created.type, (created.get(step.created.type) ?? 0) + 1)
      if (!step.success) failedSteps += 1
      for (const error of step.errors ?? []) addError(step.item ?? step.index, error)
    },
    digest: (): LogDigest => ({
      causes: [...groups.values()].map(toCause).toSorted((a, b) => b.count - a.count),
      created: [...created].map(([type, count]) => ({ type, count })),
      failedSteps
    })
  }
}

/** One field keeps its exact path; several that differ only in positions are written with `*` for the position. */
const toCause = ({ code, count, fields, items, message }: Group): Cause => {
  const [first] = fields
  const field = fields.size > 1 ? general(first) : first
  return { code, ...(field === undefined ? {} : { field }), message, count, items: [...items] }
}

const general = (field: string | undefined): string | undefined => field?.replace(/(^|\.)\d+(?=\.|$)/g, "$1*")
