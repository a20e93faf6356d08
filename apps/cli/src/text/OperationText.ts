/** Operations as text for people. Whatever came from a provider is escaped, so each field keeps to its line. */
import * as DurationText from "@opwatch/core/DurationText"
import type { Operation } from "@opwatch/core/Operation"
import type { OperationState } from "@opwatch/core/OperationState"
import * as Timestamp from "@opwatch/core/Timestamp"
import * as Duration from "effect/Duration"
import * as ExpectedEndText from "./ExpectedEndText.ts"
import * as Line from "../terminal/Line.ts"
import { ofState, paint } from "../terminal/Palette.ts"
import * as Prose from "../terminal/Prose.ts"
import type { Terminal } from "../terminal/Terminal.ts"
import { brief, escape } from "../terminal/TerminalText.ts"

/** A heading and a line for each thing known. `now` is in milliseconds since 1970. */
const block = (operation: Operation, terminal: Terminal, now: number): string => {
  const { anomalies = [], createdBy, description, error, kind, metadata, partial, result, state, target } = operation
  const { colors } = terminal
  const style = ofState(state, partial)
  const isCut = [metadata, result].some((value) => value !== undefined && jsonOf(value).length > longest)
  const fields: ReadonlyArray<Field> = [
    { label: "state", value: paint(colors, style, stateOf(operation)) },
    ...optional("progress", operation.progress, (progress) => `${progress} %`),
    ...optional("kind", kind, escape),
    ...prose("about", description),
    ...optional("target", target, ({ id, type }) => escape(`${type} ${id}`)),
    ...optional("items", itemsOf(operation), (text) => text),
    ...prose("error", error === undefined ? undefined : `${error.code}: ${error.message}`),
    ...times(operation, now),
    ...optional("by", createdBy, escape),
    ...optional("metadata", metadata, (value) => brief(jsonOf(value), longest)),
    ...optional("result", result, (value) => brief(jsonOf(value), longest)),
    ...anomalies.flatMap(({ field, message }) => prose("odd", field === undefined ? message : `${field}: ${message}`)),
    ...(needsExplanation(operation) ? [{ label: "why", value: `opwatch explain ${operation.ref}` }] : []),
    ...(isCut ? [{ label: "all of it", value: `opwatch get ${operation.ref} --json` }] : [])
  ]
  return [operation.ref, ...fields.flatMap((field) => linesOf(field, terminal)), ""].join("\n")
}

interface Field {
  readonly label: string
  readonly value: string
  /** Whether it may be broken into lines: what is to be pasted must not be. */
  readonly isProse?: boolean
}

const linesOf = ({ isProse = false, label, value }: Field, { window }: Terminal): ReadonlyArray<string> => {
  const room = window === undefined || !isProse ? Infinity : window.columns - indent
  return Prose.wrap(value, room).map((line, index) => `  ${(index === 0 ? label : "").padEnd(indent - 4)}  ${line}`)
}

/** Where the values begin. */
const indent = 13

const jsonOf = (value: unknown): string => escape(JSON.stringify(value))

/** Several, with an empty line between. */
export const blocks = (operations: ReadonlyArray<Operation>, terminal: Terminal, now: number): string =>
  operations.map((operation) => block(operation, terminal, now)).join("\n")

/** One line: who, state, and what matters most; with the references of others, of so many cells, in one column. */
export const line = (operation: Operation, { colors }: Terminal, refWidth = 0): string => {
  const { kind, partial, ref, state } = operation
  const note = notes[state]
  const words = note === undefined ? standing(operation) : `${stateWords[state]} (${note})`
  const parts = [
    Line.pad(ref, refWidth),
    paint(colors, ofState(state, partial), refWidth === 0 ? words : words.padEnd("running, 10 %".length)),
    ...(kind === undefined ? [] : [escape(kind)]),
    ...details(operation)
  ]
  return `${parts.join("  ").trimEnd()}\n`
}

/** As in `running, 40 %`. */
export const standing = ({ done, partial, progress, state }: Operation): string =>
  `${stateWords[state]}${partial === true ? " in part" : ""}${progress === undefined || done ? "" : `, ${progress} %`}`

/** What is worth knowing besides kind and state, the shortest first. */
export const details = (operation: Operation): ReadonlyArray<string> => {
  const { error, target } = operation
  return [
    ...(target === undefined ? [] : [escape(`${target.type} ${target.id}`)]),
    ...optionalText(tookOf(operation), (took) => `took ${took}`),
    ...optionalText(itemsOf(operation), (items) => items),
    ...(error === undefined ? [] : [escape(`${error.code}: ${error.message}`)])
  ]
}

const optionalText = (text: string | undefined, show: (text: string) => string): ReadonlyArray<string> =>
  text === undefined ? [] : [show(text)]

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

/** As in `98 of 100 succeeded, 2 failed`. */
export const itemsOf = ({ counts }: Operation): string | undefined => {
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
  const { done, finishedAt, modifiedAt, observedAt, startedAt, submittedAt } = operation
  const took = tookOf(operation)
  return [
    ...optional("submitted", submittedAt, (time) => moment(time, now)),
    ...optional("started", startedAt, (time) => moment(time, now)),
    ...optional("modified", modifiedAt === finishedAt ? undefined : modifiedAt, (time) => moment(time, now)),
    ...optional("finished", finishedAt, (time) => moment(time, now) + (took === undefined ? "" : `, took ${took}`)),
    ...optional("expected", ExpectedEndText.moment(operation, now), (text) => text),
    ...optional("seen", done ? undefined : observedAt, (time) => moment(time, now))
  ]
}

/** How long the operation ran, where both ends are known. */
export const tookOf = ({ finishedAt, startedAt, submittedAt }: Operation): string | undefined => {
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
  value === undefined ? [] : [{ label, value: show(value) }]

const prose = (label: string, text: string | undefined): ReadonlyArray<Field> =>
  text === undefined ? [] : [{ label, value: escape(text), isProse: true }]
