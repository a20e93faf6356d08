/** JSON that looks like what Toloka sends often enough to get far into the mapping, and is wrong in any way it likes. */
import * as Schema from "effect/Schema"

const Word = Schema.Literals([
  "op-1",
  "",
  "PENDING",
  "RUNNING",
  "SUCCESS",
  "FAIL",
  "POOL.OPEN",
  "TASK.BATCH_CREATE",
  "VALIDATION_ERROR",
  "OPERATION_LOGS_ARCHIVED",
  "2024-05-06T07:08:09.123",
  "2024-13-06T07:08:09",
  "12",
  "1e400",
  "constructor",
  "toString",
  "__proto__"
])
const Number = Schema.Literals([0, -1, 1, 1.5, 100, 101, 2 ** 53])
const Value = Schema.Union([Word, Number, Schema.Json])

const names = [
  "id",
  "code",
  "message",
  "params",
  "payload",
  "pool_id",
  "task_id",
  "secret",
  "total_count",
  "success_count",
  "failed_count",
  "items_count",
  "request_id",
  "__item_idx"
] as const

const fields = <const Names extends ReadonlyArray<string>, S extends Schema.Constraint>(names: Names, value: S) =>
  Object.fromEntries(names.map((name) => [name, Schema.optionalKey(value)])) as {
    readonly [Name in Names[number]]: Schema.optionalKey<S>
  }

const Details = Schema.Union([
  Value,
  Schema.Struct(fields(names, Value)),
  Schema.Record(Word, Schema.Struct(fields(names, Value)))
])

const Operation = Schema.Struct({
  id: Schema.Union([Schema.Literal("op-1"), Value]),
  status: Schema.Union([Word, Value]),
  ...fields(["type", "submitted", "started", "finished", "progress"], Value),
  ...fields(["parameters", "details"], Details)
})

export const AnyAnswer = Schema.Union([Operation, Schema.Tuple([Operation]), Schema.Json])

export const AnyStep = Schema.Union([
  Schema.Struct(fields(["type", "success", "input", "output"], Details)),
  Schema.Json
])

export const AnyRefusal = Schema.Union([Schema.Struct(fields(names, Value)), Schema.Json, Schema.Undefined])
