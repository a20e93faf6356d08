/** The steps of Toloka's operation logs, mapped to core's. Pure and total; unknown step types are kept. */
import type { Json, JsonObject } from "effect/Schema"
import * as FieldReader from "@opwatch/core/FieldReader"
import type { LogStep, StepError } from "@opwatch/core/LogStep"
import * as Redaction from "@opwatch/core/Redaction"

export const toLogStep = (ref: string, index: number, answer: Json): LogStep => {
  const raw = Redaction.redact(answer)
  if (!FieldReader.isObject(raw)) return { ref, index, type: "UNKNOWN", success: false, raw }
  const output = FieldReader.isObject(raw["output"]) ? raw["output"] : {}
  const input = raw["input"]
  const success = raw["success"] === true
  return {
    ref,
    index,
    type: typeof raw["type"] === "string" ? raw["type"] : "UNKNOWN",
    success,
    ...FieldReader.present({
      item: FieldReader.isObject(input) ? callersIndex(input) : undefined,
      input: input ?? undefined,
      created: success ? created(output) : undefined,
      errors: success ? undefined : errorsOf(output, raw["success"] === false)
    }),
    raw
  }
}

/** Client libraries put the item's position into what they send. */
const callersIndex = (input: JsonObject): number | undefined => {
  const index = input["__item_idx"]
  const number = typeof index === "string" && /^\d+$/.test(index) ? Number(index) : index
  return Number.isSafeInteger(number) ? Number(number) : undefined
}

const creations = ["task", "task_suite", "user_bonus"] as const

const created = (output: JsonObject): LogStep["created"] => {
  for (const type of creations) {
    const id = output[`${type}_id`]
    if (typeof id === "string" || typeof id === "number") return { type, id: String(id) }
  }
  return undefined
}

/** None at all, rather than an empty list, where nothing says that the step failed. */
const errorsOf = (output: JsonObject, saysSo: boolean): LogStep["errors"] => {
  const found = errors(output)
  return saysSo || found.length > 0 ? found : undefined
}

/**
 * A failed step's output comes in three shapes: field → error; `{code, message, payload}` with field → error in the
 * payload; or a plain API error. A `code` that is text tells the first from the others.
 */
const errors = (output: JsonObject): ReadonlyArray<StepError> => {
  if (typeof output["code"] !== "string") return byField(output)
  const inner = FieldReader.isObject(output["payload"]) ? byField(output["payload"]) : []
  return inner.length > 0 ? inner : [toError(output)]
}

const byField = (fields: JsonObject): ReadonlyArray<StepError> =>
  Object.entries(fields).flatMap(([field, error]: [string, Json]) =>
    FieldReader.isObject(error) && typeof error["code"] === "string" ? [{ field, ...toError(error) }] : []
  )

const toError = (error: JsonObject): StepError => ({
  code: String(error["code"]),
  message: typeof error["message"] === "string" ? error["message"] : String(error["code"]),
  ...FieldReader.present({ params: error["params"] ?? undefined })
})
