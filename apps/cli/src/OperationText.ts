/** Operations as text for people. Whatever came from a provider is escaped, so each field keeps to its line. */
import * as DurationText from "@opwatch/core/DurationText"
import type { Operation } from "@opwatch/core/Operation"
import type { OperationState } from "@opwatch/core/OperationState"
import * as Timestamp from "@opwatch/core/Timestamp"
import * as Duration from "effect/Duration"
import { brief, escape } from "./TerminalText.ts"

type Field = readonly [label: string, value: string]

/** A heading and a line for each thing known. `now` is in milliseconds since 1970. */
export const full = (operation: Operation, now: number): string => {
  const { anomalies = [], createdBy, description, error, kind, metadata, result, target } = operation
  const fields: ReadonlyArray<Field> = [
    ["state", stateOf(operation)],
    ...optional("progress", operation.progress, (progress) => `${progress} %`),
    ...optional("kind", kind, escape),
    ...optional("about", description, escape),
    ...optional("target", target, ({ id, type }) => escape(`${type} ${id}`)),
    ...optional("items", itemsOf(operation), (text) => text),
    ...optional("error", error, ({ code, message }) => escape(`${code}: ${message}`)),
    ...times(operation, now),
    ...optional("by", createdBy, escape),
    ...optional("metadata", metadata, (value) => brief(JSON.stringify(value), longest)),
    ...optional("result", result, (value) => brief(JSON.stringify(value), longest)),
    ...anomalies.map(({ field, message }): Field => [
      "odd",
      escape(field === undefined ? message : `${field}: ${message}`)
    ]),
    ...(needsExplanation(operation) ? [["why", `opwatch explain ${operation.ref}`] satisfies Field] : [])
  ]
  return [operation.ref, ...fields.map(([label, value]) => `  ${label.padEnd(9)}  ${value}`), ""].join("\n")
}

/** Several, with an empty line between. */
export const blocks =
  (now: number) =>
  (operations: ReadonlyArray<Operation>): string =>
    operations.map((operation) => full(operation, now)).join("\n")

/** One line: who, state, and what matters most. */
export const line = (operation: Operation): string => {
  const { error, kind, progress } = operation
  const details = [
    ...(kind === undefined ? [] : [escape(kind)]),
    ...(progress === undefined || operation.done ? [] : [`${progress} %`]),
    ...(tookOf(operation) === undefined ? [] : [`took ${tookOf(operation)}`]),
    ...(itemsOf(operation) === undefined ? [] : [String(itemsOf(operation))]),
    ...(error === undefined ? [] : [brief(`${error.code}: ${error.message}`, longest)])
  ]
  return `${[operation.ref, stateOf(operation), ...details].join("  ")}\n`
}

export const lines = (operations: ReadonlyArray<Operation>): string => operations.map(line).join("")

const longest = 200

export const stateWords: Record<OperationState, string> = {
  pending: "pending",
  running: "running",
  rolling_back: "rolling back",
  succeeded: "succeeded",
  failed: "failed",
  cancelled: "cancelled",
  lost: "lost",
  unknown: "unknown"
}

const notes: Partial<Record<OperationState, string>> = {
  rolling_back: "a failure was met; not ended yet",
  lost: "the provider no longer finds it",
  unknown: "a status that opwatch has not heard of; not counted as ended"
}

const stateOf = ({ partial, state }: Operation): string => {
  const note = partial === true ? "in part: items were left behind" : notes[state]
  return note === undefined ? stateWords[state] : `${stateWords[state]} (${note})`
}

const needsExplanation = ({ error, partial, state }: Operation): boolean =>
  state === "failed" || partial === true || (error !== undefined && state !== "cancelled")

const itemsOf = ({ counts }: Operation): string | undefined => {
  if (counts === undefined) return undefined
  const { failed, invalid, succeeded, total, valid } = counts
  const done =
    succeeded === undefined ? undefined : `${succeeded}${total === undefined ? "" : ` of ${total}`} succeeded`
  const parts = [
    done ?? (total === undefined ? undefined : `${total} in all`),
    failed === undefined ? undefined : `${failed} failed`,
    valid === undefined ? undefined : `${valid} valid`,
    invalid === undefined ? undefined : `${invalid} invalid`
  ].filter((part) => part !== undefined)
  return parts.length === 0 ? undefined : parts.join(", ")
}

const times = (operation: Operation, now: number): ReadonlyArray<Field> => {
  const { expectedEnd, finishedAt, modifiedAt, observedAt, startedAt, submittedAt } = operation
  const took = tookOf(operation)
  return [
    ...optional("submitted", submittedAt, (time) => moment(time, now)),
    ...optional("started", startedAt, (time) => moment(time, now)),
    ...(modifiedAt === finishedAt ? [] : optional("modified", modifiedAt, (time) => moment(time, now))),
    ...optional("finished", finishedAt, (time) => moment(time, now) + (took === undefined ? "" : `, took ${took}`)),
    ...optional("expected", expectedEnd, (time) => moment(time, now)),
    ...(operation.done ? [] : [["seen", moment(observedAt, now)] satisfies Field])
  ]
}

/** How long the operation ran, where both ends are known. */
const tookOf = ({ finishedAt, startedAt, submittedAt }: Operation): string | undefined => {
  const from = startedAt ?? submittedAt
  if (from === undefined || finishedAt === undefined) return undefined
  const millis = Timestamp.toMillis(finishedAt) - Timestamp.toMillis(from)
  return millis < 0 ? undefined : DurationText.format(Duration.millis(millis))
}

const moment = (time: Timestamp.Timestamp, now: number): string => {
  const age = now - Timestamp.toMillis(time)
  const span = spanOf(Math.abs(age))
  const distance = Math.abs(age) < 1_000 ? "now" : age > 0 ? `${span} ago` : `in ${span}`
  return `${time.slice(0, 10)} ${time.slice(11, 19)} UTC (${distance})`
}

const day = 86_400_000

/** The longer, the coarser. */
const spanOf = (millis: number): string =>
  millis < 3 * day
    ? DurationText.format(Duration.millis(millis))
    : millis < 1000 * day
      ? `${Math.floor(millis / day)} days`
      : `${Math.floor(millis / (365.25 * day))} years`

const optional = <A>(label: string, value: A | undefined, show: (value: A) => string): ReadonlyArray<Field> =>
  value === undefined ? [] : [[label, show(value)]]
