/**
 * The log of a Toloka operation: given step by step, made up on the way out so that no size of it is ever held whole, or
 * no longer kept.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { strict } from "./InvalidDocument.ts"

const created = {
  TASK_CREATE: { failed: "TASK_VALIDATE", id: "task_id" },
  TASK_SUITE_CREATE: { failed: "TASK_SUITE_VALIDATE", id: "task_suite_id" },
  USER_BONUS_PERSIST: { failed: "USER_BONUS_VALIDATE", id: "user_bonus_id" }
} as const

const count = (minimum: number, expected: string) =>
  Schema.Int.check(Schema.isGreaterThanOrEqualTo(minimum, { expected }))

/** `failEvery: 10` fails the tenth step, the twentieth, and so on. */
export const Generated = strict({
  count: count(0, "a count of 0 or more"),
  type: Schema.Literals(["TASK_CREATE", "TASK_SUITE_CREATE", "USER_BONUS_PERSIST"]).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed("TASK_CREATE" as const))
  ),
  failEvery: Schema.optionalKey(count(1, "every which step fails, 1 or more"))
})
export type Generated = typeof Generated.Type

export const Log = Schema.Union([
  Schema.Array(Schema.JsonObject),
  strict({ generate: Generated }),
  Schema.Literal("archived")
]).annotate({ message: 'Expected a list of steps, { generate: { count } } or "archived"' })
export type Log = typeof Log.Type

/** The same step for the same index, always. */
export const stepAt = ({ failEvery, type }: Generated, index: number): Schema.JsonObject => {
  const { failed, id } = created[type]
  const fails = failEvery !== undefined && (index + 1) % failEvery === 0
  const input = { __item_idx: String(index), ...inputOf(type, index, fails) }
  return fails
    ? { type: failed, success: false, input, output: errorsOf(type, index) }
    : { type, success: true, input, output: { [id]: createdId(type, index) } }
}

const inputOf = (type: Generated["type"], index: number, fails: boolean): Schema.JsonObject => {
  if (type === "USER_BONUS_PERSIST") return { amount: "1.50", ...(fails ? {} : { user_id: hex(index, 32) }) }
  const input_values = fails ? {} : { image: `https://example.com/${index}.png` }
  return type === "TASK_CREATE"
    ? { pool_id: "3114", overlap: 1, input_values }
    : { pool_id: "3114", overlap: 1, tasks: [{ input_values }] }
}

const paths = { TASK_CREATE: "input_values.image", TASK_SUITE_CREATE: "tasks.0.input_values.image" } as const

/** By turns the two shapes in which the service reports a field. */
const errorsOf = (type: Generated["type"], index: number): Schema.JsonObject => {
  const path = type === "USER_BONUS_PERSIST" ? "user_id" : paths[type]
  const errors = { [path]: { code: "VALUE_REQUIRED", message: "Value must be present and not equal to null" } }
  return index % 2 === 0 ? errors : { code: "VALIDATION_ERROR", message: "Validation error", payload: errors }
}

const createdId = (type: Generated["type"], index: number) =>
  type === "USER_BONUS_PERSIST" ? String(1_000_000 + index) : `0000000c2a--${hex(index, 24)}`

const hex = (index: number, length: number) => index.toString(16).padStart(length, "0")

const chunkSize = 500

/** The JSON array, a few hundred steps at a time. */
export const stream = (log: Generated): Stream.Stream<Uint8Array> =>
  Stream.suspend(() => Stream.fromIterable(chunks(log), { chunkSize: 1 }))

const encoder = new TextEncoder()

function* chunks(log: Generated): Generator<Uint8Array> {
  for (let start = 0; start < log.count; start += chunkSize) {
    const length = Math.min(chunkSize, log.count - start)
    const steps = Array.from({ length }, (_, offset) => JSON.stringify(stepAt(log, start + offset)))
    yield encoder.encode((start === 0 ? "[" : ",") + steps.join(","))
  }
  yield encoder.encode(log.count === 0 ? "[]" : "]")
}
