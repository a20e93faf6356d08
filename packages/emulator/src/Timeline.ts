/**
 * What an operation looks like at a moment: a pure function of its script and the times, so that every answer about one
 * moment agrees. A cancel that took effect is final, and has no effect on an operation that ended first.
 */
import * as Duration from "effect/Duration"
import type * as Schema from "effect/Schema"
import { mergePatch } from "./MergePatch.ts"
import type { Script, Step } from "./Script.ts"
import { cloudTime, tolokaTime } from "./Timestamp.ts"

/** Times are milliseconds since the epoch; `cancelAt` is when a requested cancel takes effect. */
export interface Scripted {
  readonly id: string
  readonly script: Script
  readonly createdAt: number
  readonly cancelAt?: number | undefined
  /** Whether the log is empty until the operation ends. */
  readonly logsAtEnd?: boolean
}

/** `body` and `httpStatus` are set while the newest step asks for an answer other than the object. */
export interface Shown {
  readonly object: Schema.JsonObject
  readonly body?: string | undefined
  readonly httpStatus?: number | undefined
}

export const at = (scripted: Scripted, now: number): Shown => {
  const { cancelAt } = scripted
  if (cancelAt === undefined || now < cancelAt) return natural(scripted, now)
  const before = natural(scripted, cancelAt)
  return isFinal(scripted.script, before.object) ? natural(scripted, now) : { object: cancelled(before, cancelAt) }
}

export const isFinal = ({ api }: Script, object: Schema.JsonObject): boolean =>
  api === "cloud" ? object.done === true : object.status === "SUCCESS" || object.status === "FAIL"

type Fields = Record<string, Schema.Json>

const natural = ({ id, script, createdAt }: Scripted, now: number): Shown => {
  const start = { at: createdAt, step: undefined as Step | undefined }
  const passed = script.steps
    .map((step) => ({ at: createdAt + Duration.toMillis(step.after), step }))
    .filter((moment) => moment.at <= now)
    .toSorted((a, b) => a.at - b.at)
  const explicit: Fields = { ...script.operation }
  const defaults: Fields =
    script.api === "toloka"
      ? { id, type: "TASK.BATCH_CREATE", status: "PENDING", submitted: tolokaTime(createdAt) }
      : { id, createdAt: cloudTime(createdAt), modifiedAt: cloudTime(createdAt), done: false }
  for (const moment of [start, ...passed]) {
    for (const [key, value] of Object.entries(moment.step?.set ?? {})) {
      explicit[key] = value === null ? null : mergePatch(explicit[key], value)
    }
    if (script.api === "cloud") defaults.modifiedAt = cloudTime(moment.at)
    else tolokaTimes(defaults, { ...defaults, ...explicit }.status, moment.at)
  }
  const { body, httpStatus } = passed.at(-1)?.step ?? {}
  return { object: withoutNulls({ ...defaults, ...explicit }), body, httpStatus }
}

/** A real service stamps `started` and `finished` once, when the status says so. */
const tolokaTimes = (defaults: Fields, status: Schema.Json | undefined, moment: number) => {
  if (status !== "PENDING" && status !== null) defaults.started ??= tolokaTime(moment)
  if (status === "SUCCESS" || status === "FAIL") defaults.finished ??= tolokaTime(moment)
}

const cancelled = ({ object }: Shown, cancelAt: number): Schema.JsonObject =>
  withoutNulls({
    ...object,
    modifiedAt: cloudTime(cancelAt),
    done: true,
    error: { code: 1, message: "Operation was cancelled" },
    response: null
  })

const withoutNulls = (fields: Fields): Schema.JsonObject =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null))
