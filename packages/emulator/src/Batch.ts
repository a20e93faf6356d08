/**
 * A create request to Toloka, worked out: what it creates, what is wrong with the rest, and the counters and log that tell
 * of it. Of items that may not be skipped, one that is invalid keeps all from being created.
 */
import type * as Schema from "effect/Schema"
import type { BatchKind } from "./BatchKind.ts"
import { type FieldErrors, noSuchEntity, required } from "./FieldErrors.ts"
import { isObject } from "./MergePatch.ts"
import { isPoolId } from "./Pools.ts"

export interface Plan {
  readonly status: "SUCCESS" | "FAIL"
  readonly created: ReadonlyArray<Created>
  /** By the place of the item in the request. */
  readonly errors: Readonly<Record<string, FieldErrors>>
  readonly details: Schema.JsonObject
  readonly log: ReadonlyArray<Schema.JsonObject>
}

export interface Created {
  readonly index: number
  readonly id: string
  readonly object: Schema.JsonObject
}

interface Context {
  readonly kind: BatchKind
  readonly skipInvalidItems: boolean
  /** When the objects are created, as Toloka writes it. */
  readonly created: string
  readonly nextId: (poolId: string) => string
}

export const plan = (items: ReadonlyArray<Schema.JsonObject>, context: Context): Plan => {
  const { created, kind, nextId, skipInvalidItems } = context
  const checked = items.map((input, index) => ({
    index,
    input: withDefaults(kind, input),
    errors: errorsOf(kind, input)
  }))
  const valid = checked.filter(({ errors }) => errors === undefined)
  const kept = skipInvalidItems || valid.length === items.length ? valid : []
  const objects = kept.map(({ index, input }) => {
    const id = nextId(String(input.pool_id))
    return { index, id, object: objectOf(kind, input, { id, created }, nextId) }
  })
  const ids = new Map(objects.map(({ id, index }) => [index, id]))
  return {
    status: objects.length > 0 ? "SUCCESS" : "FAIL",
    created: objects,
    errors: Object.fromEntries(checked.flatMap(({ errors, index }) => (errors ? [[String(index), errors]] : []))),
    details: {
      total_count: items.length,
      valid_count: valid.length,
      not_valid_count: items.length - valid.length,
      success_count: objects.length,
      failed_count: items.length - objects.length
    },
    log: checked.flatMap(({ errors, index, input }): ReadonlyArray<Schema.JsonObject> => {
      if (errors !== undefined) return [{ type: kind.refused, success: false, input, output: jsonOf(errors) }]
      const id = ids.get(index)
      return id === undefined ? [] : [{ type: kind.created, success: true, input, output: { [kind.idField]: id } }]
    })
  }
}

const jsonOf = (errors: FieldErrors): Schema.JsonObject =>
  Object.fromEntries(Object.entries(errors).map(([path, error]) => [path, { ...error }]))

const withDefaults = ({ hasPool }: BatchKind, input: Schema.JsonObject): Schema.JsonObject =>
  hasPool ? { ...input, overlap: input.overlap ?? 1 } : { ...input, without_message: input.without_message ?? false }

const errorsOf = (kind: BatchKind, input: Schema.JsonObject): FieldErrors | undefined => {
  const missing = kind.required.filter((field) => isMissing(input[field]))
  const tasks = kind.name === "task-suites" && Array.isArray(input.tasks) ? input.tasks : []
  const inTasks = tasks.flatMap((task, index) => missingInput(task, `tasks.${index}.`))
  const inValues = kind.name === "tasks" ? missingInput(input, "") : []
  const errors = new Map([...missing, ...inValues, ...inTasks].map((path) => [path, required]))
  if (kind.hasPool && !errors.has("pool_id") && !isPoolId(String(input.pool_id))) errors.set("pool_id", noSuchEntity)
  return errors.size === 0 ? undefined : Object.fromEntries(errors)
}

const isMissing = (value: Schema.Json | undefined) =>
  value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0)

/** A task of a suite may name an existing one instead. */
const missingInput = (task: Schema.Json, prefix: string): ReadonlyArray<string> => {
  if (!isObject(task)) return [prefix.slice(0, -1)]
  const { input_values: values } = task
  if (!isObject(values)) return prefix !== "" && typeof task.id === "string" ? [] : [`${prefix}input_values`]
  return Object.keys(values).flatMap((key) => (values[key] === null ? [`${prefix}input_values.${key}`] : []))
}

const objectOf = (
  kind: BatchKind,
  sent: Schema.JsonObject,
  own: Schema.JsonObject,
  nextId: Context["nextId"]
): Schema.JsonObject => {
  const input = Object.fromEntries(Object.entries(sent).filter(([key]) => key !== "__item_idx"))
  if (!kind.hasPool) return { ...input, ...own }
  const pool_id = String(input.pool_id)
  const overlaps = {
    infinite_overlap: false,
    remaining_overlap: input.overlap ?? 1,
    reserved_for: [],
    unavailable_for: []
  }
  if (!Array.isArray(input.tasks)) return { ...overlaps, ...input, ...own, pool_id }
  const tasks = input.tasks.map((task) => (isObject(task) ? { id: nextId(pool_id), ...task } : task))
  return { ...overlaps, mixed: false, automerged: false, ...input, ...own, pool_id, tasks }
}
