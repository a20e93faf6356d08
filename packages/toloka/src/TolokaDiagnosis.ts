/** What Toloka's own words mean: its parameters, error codes and steps, for somebody who has never seen its API. */
import * as Diagnosis from "@opwatch/core/Diagnosis"
import * as FieldReader from "@opwatch/core/FieldReader"
import type { LogDigest } from "@opwatch/core/LogDigest"
import type { Operation } from "@opwatch/core/Operation"
import { counted, were } from "@opwatch/core/Counted"
import * as Rule from "@opwatch/core/Rule"
import type { Json } from "effect/Schema"
import * as TolokaAdvice from "./TolokaAdvice.ts"
import { isBatch, subjectOf } from "./TolokaKind.ts"

export const diagnose = (operation: Operation, log: LogDigest): Diagnosis.Diagnosis =>
  Rule.apply(rules, { operation, log })

const field = (value: Json | undefined, name: string): Json | undefined =>
  FieldReader.isObject(value) ? value[name] : undefined

const textOf = (value: Json | undefined): string | undefined =>
  typeof value === "string" || typeof value === "number" ? String(value) : undefined

const named: Rule.Rule = ({ operation }) => {
  const subject = subjectOf(operation)
  return subject === undefined ? undefined : { subject }
}

/** With `skip_invalid_items=false` an item that is not valid fails all, and valid ones count as failed. */
const allOrNothing: Rule.Rule = ({ operation: { counts, metadata, state } }) => {
  const invalid = counts?.invalid ?? 0
  if (state !== "failed" || invalid === 0 || field(metadata, "skip_invalid_items") !== false) return undefined
  const valid = counts?.valid ?? 0
  if (valid === 0) return undefined
  return {
    notes: [
      `The upload was told to create all or nothing (skip_invalid_items is false), so the ${counted(valid, "valid item")} ${were(valid)} not created either.`
    ],
    next: [{ text: "Or send it with skip_invalid_items=true: then only the items that are not valid are left behind." }]
  }
}

/** An upload with `open_pool=true` is a success even where the pool could not be opened afterwards. */
const poolNotOpened: Rule.Rule = ({ log: { failures }, operation: { state } }) => {
  const failed = failures.filter(({ first }) => first.type === "POOL_OPEN")
  const [example] = failed
  if (example === undefined) return undefined
  const id = textOf(field(example.first.input, "pool_id"))
  const pool = id === undefined ? "the pool" : `pool ${id}`
  const isEmpty = failed.some(({ cause }) => cause.code === "EMPTY_POOL")
  return {
    notes: [
      state === "succeeded"
        ? `The upload itself is done, but ${pool} was not opened after it.`
        : `${pool.replace(/^./, (letter) => letter.toUpperCase())} was not opened.`
    ],
    causes: failed.map(({ cause }) => ({
      ...cause,
      message: `${pool} could not be opened: ${cause.message}`,
      count: 1,
      items: []
    })),
    next: [
      {
        text: isEmpty
          ? `Put tasks into ${pool}, then open it.`
          : `Open ${pool} once what hinders that is out of the way.`
      }
    ]
  }
}

const logGone: Rule.Rule = ({ log: { missing }, operation: { counts, done, kind } }) => {
  if (missing === undefined || !done || !isBatch(kind)) return undefined
  const isWhole = counts?.total !== undefined && counts.succeeded === counts.total
  const archived = missing.code === "OPERATION_LOGS_ARCHIVED"
  const why = archived ? "Its log is archived, for Toloka keeps logs for a month" : "There is no log of it"
  return {
    notes: [isWhole ? `${why}.` : `${why}: what became of each item cannot be told.`],
    next: isWhole ? [] : [{ text: "To know what is missing, compare what was sent with what exists in Toloka." }],
    supportIds: [missing.requestId, missing.traceId].filter((id) => id !== undefined)
  }
}

const longestDetails = 500

/** Only uploads have a log: of other kinds, what the details say is all there is. */
const detailsOnly: Rule.Rule = ({ log: { missing }, operation: { error, kind, result, state } }) => {
  if (state !== "failed" || error !== undefined) return undefined
  const note = { notes: isBatch(kind) || missing === undefined ? [] : ["Toloka keeps no log of it."] }
  if (result === undefined) return note
  const text = textOf(field(result, "message")) ?? JSON.stringify(result)
  const told = text.length > longestDetails ? `${text.slice(0, longestDetails)}…` : text
  return {
    ...note,
    causes: [Diagnosis.cause("FAIL", `all that Toloka tells is ${told}`)],
    next: [{ text: "If that does not say enough, ask Toloka's support, with the ids listed here." }]
  }
}

const opened: Rule.Rule = ({ operation: { kind, state } }) =>
  kind === "POOL.OPEN" && state === "succeeded"
    ? { notes: ["The pool is open now; that does not mean that the work in it is done."] }
    : undefined

const copied: Rule.Rule = ({ operation: { kind = "", result, state } }) => {
  const type = /^(POOL|TRAINING)\.CLONE$/.exec(kind)?.[1]?.toLowerCase()
  const id = textOf(field(result, `${type}_id`))
  return type === undefined || id === undefined || state !== "succeeded"
    ? undefined
    : { notes: [`The copy is ${type} ${id}.`] }
}

const advice: Rule.Rule = ({ log: { failures }, operation }) => {
  const codes = [
    ...(operation.error === undefined ? [] : [operation.error.code]),
    ...failures.filter(({ first }) => first.type !== "POOL_OPEN").map(({ cause }) => cause.code)
  ]
  return { next: [...new Set(codes)].flatMap((code) => TolokaAdvice.byCode.get(code)?.(operation) ?? []) }
}

/** Plain errors carry the id of their request, in details and in the log. */
const requestIds: Rule.Rule = ({ log: { failures }, operation: { error } }) => ({
  supportIds: [
    ...(error?.details ?? []).map((detail) => field(detail, "request_id")),
    ...failures.map(({ first }) => field(field(first.raw, "output"), "request_id"))
  ].flatMap((id) => textOf(id) ?? [])
})

const rules: ReadonlyArray<Rule.Rule> = [
  named,
  opened,
  copied,
  logGone,
  allOrNothing,
  poolNotOpened,
  detailsOnly,
  advice,
  requestIds
]
