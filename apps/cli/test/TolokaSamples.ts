/** Toloka's operations in the shapes that have something to explain, with their logs. */
import type { Json, JsonObject } from "effect/Schema"

export interface TolokaSample {
  readonly operation: JsonObject
  /** A list of steps, or the body of a refusal. */
  readonly log?: Json
}

const times = {
  submitted: "2024-03-05T09:30:00.12",
  started: "2024-03-05T09:30:00.5",
  finished: "2024-03-05T09:32:05.5"
}

const batch = (
  type: string,
  status: string,
  counts: readonly [total: number, valid: number, invalid: number, succeeded: number, failed: number],
  parameters: JsonObject
): JsonObject => ({
  type,
  status,
  ...times,
  progress: 100,
  parameters,
  details: {
    total_count: counts[0],
    valid_count: counts[1],
    not_valid_count: counts[2],
    success_count: counts[3],
    failed_count: counts[4]
  }
})

const plain = (type: string, status: string, parameters: JsonObject, details?: JsonObject): JsonObject => ({
  type,
  status,
  ...times,
  parameters,
  ...(details === undefined ? {} : { details })
})

const input = (item: number, values: JsonObject = {}): JsonObject => ({
  __item_idx: String(item),
  pool_id: "3114",
  input_values: values
})

const created = (item: number): JsonObject => ({
  type: "TASK_CREATE",
  success: true,
  input: input(item, { image: `https://example.com/${item}.png` }),
  output: { task_id: `00000c2a--${item}` }
})

const required = { code: "VALUE_REQUIRED", message: "Value must be present and not equal to null" }

const refused = (item: number): JsonObject => ({
  type: "TASK_VALIDATE",
  success: false,
  input: input(item),
  output: { "input_values.image": required }
})

const poolOpen = (code: string, message: string): JsonObject => ({
  type: "POOL_OPEN",
  success: false,
  input: { pool_id: 3114 },
  output: { code, message, request_id: "ao_7f3a" }
})

const archived = { code: "OPERATION_LOGS_ARCHIVED", message: "Operation logs are archived" }
const skipping = { skip_invalid_items: true, open_pool: false }
const strict = { skip_invalid_items: false, open_pool: false }

export const tolokaSamples: Readonly<Record<string, TolokaSample>> = {
  "an upload that waits": {
    operation: { type: "TASK.BATCH_CREATE", status: "PENDING", submitted: "2024-03-05T11:57:55", parameters: skipping }
  },
  "an upload that runs": {
    operation: { type: "TASK.BATCH_CREATE", status: "RUNNING", ...times, finished: null, progress: 40 }
  },
  "an upload that runs, with counters": {
    operation: { ...batch("TASK.BATCH_CREATE", "RUNNING", [10, 4, 0, 3, 0], skipping), finished: null, progress: 30 },
    log: []
  },
  "an aggregation that runs for days": {
    operation: {
      type: "SOLUTION.AGGREGATE",
      status: "RUNNING",
      submitted: "2024-03-02T08:00:00",
      progress: 60,
      parameters: { pool_id: 21 }
    }
  },
  "an upload that succeeded whole": {
    operation: batch("TASK.BATCH_CREATE", "SUCCESS", [2, 2, 0, 2, 0], skipping),
    log: [created(0), created(1)]
  },
  "an upload that succeeded in part": {
    operation: batch("TASK.BATCH_CREATE", "SUCCESS", [4, 3, 1, 2, 2], skipping),
    log: [
      created(0),
      refused(1),
      created(2),
      {
        type: "TASK_CREATE",
        success: false,
        input: input(3),
        output: { code: "INTERNAL_ERROR", message: "Internal Error", request_id: "ao_1c" }
      }
    ]
  },
  "an upload that succeeded with nothing": {
    operation: batch("TASK.BATCH_CREATE", "SUCCESS", [1, 0, 1, 0, 1], skipping),
    log: [refused(0)]
  },
  "an upload that succeeded in part, its log archived": {
    operation: batch("TASK.BATCH_CREATE", "SUCCESS", [4, 3, 1, 3, 1], skipping),
    log: archived
  },
  "an upload that succeeded whole, its log archived": {
    operation: batch("TASK.BATCH_CREATE", "SUCCESS", [4, 4, 0, 4, 0], skipping),
    log: archived
  },
  "an upload that failed for one item": {
    operation: batch("TASK.BATCH_CREATE", "FAIL", [10, 9, 1, 0, 10], strict),
    log: [refused(3)]
  },
  "an upload of suites that failed for all items": {
    operation: batch("TASK_SUITE.BATCH_CREATE", "FAIL", [2, 0, 2, 0, 2], strict),
    log: [0, 1].map((item) => ({
      type: "TASK_SUITE_VALIDATE",
      success: false,
      input: { __item_idx: item, pool_id: "3114", tasks: [{}] },
      output: {
        code: "VALIDATION_ERROR",
        message: "Validation error",
        payload: { [`tasks.${item}.input_values.image`]: required }
      }
    }))
  },
  "an upload that failed, its log archived": {
    operation: batch("TASK.BATCH_CREATE", "FAIL", [2, 1, 1, 0, 2], strict),
    log: archived
  },
  "an upload that failed without a log": { operation: plain("TASK.BATCH_CREATE", "FAIL", strict) },
  "an upload whose pool is empty": {
    operation: batch("TASK.BATCH_CREATE", "SUCCESS", [1, 1, 0, 1, 0], { ...skipping, open_pool: true }),
    log: [created(0), poolOpen("EMPTY_POOL", "Pool contains no tasks. Operation is not allowed")]
  },
  "an upload whose pool is locked": {
    operation: batch("TASK.BATCH_CREATE", "SUCCESS", [1, 1, 0, 1, 0], { ...skipping, open_pool: true }),
    log: [created(0), poolOpen("POOL_LOCKED_BY_ANOTHER_OPERATION", "Pool is locked")]
  },
  "a step of an unknown type that failed": {
    operation: batch("TASK.BATCH_CREATE", "SUCCESS", [1, 1, 0, 1, 0], skipping),
    log: [created(0), { type: "TASK_REINDEX", success: false, input: { pool_id: "3114" }, output: {} }]
  },
  "bonuses for somebody who does not exist, and doubled": {
    operation: batch("USER_BONUS.BATCH_CREATE", "SUCCESS", [3, 1, 2, 1, 2], { skip_invalid_items: true }),
    log: [
      {
        type: "USER_BONUS_PERSIST",
        success: true,
        input: { __item_idx: "0", amount: "1.50" },
        output: { user_bonus_id: "2128" }
      },
      {
        type: "USER_BONUS_VALIDATE",
        success: false,
        input: { __item_idx: "1", amount: 1.5 },
        output: { user_id: { code: "ENTITY_DOES_NOT_EXIST", message: "Entity does not exist" } }
      },
      {
        type: "USER_BONUS_VALIDATE",
        success: false,
        input: { __item_idx: "2", amount: 1.5 },
        output: { user_id: { code: "ENTITY_CONFLICT", message: "Several bonuses with the same amount and title" } }
      }
    ]
  },
  "a pool that opened": { operation: plain("POOL.OPEN", "SUCCESS", { pool_id: "21" }) },
  "a pool that was copied": { operation: plain("POOL.CLONE", "SUCCESS", { pool_id: "21" }, { pool_id: "22" }) },
  "a pool that did not open, without a word": { operation: plain("POOL.OPEN", "FAIL", { pool_id: "21" }) },
  "a pool that did not open for it is empty": {
    operation: plain(
      "POOL.OPEN",
      "FAIL",
      { pool_id: "21" },
      { code: "EMPTY_POOL", message: "Pool contains no tasks", request_id: "ao_9" }
    )
  },
  "a training that is in another state": {
    operation: plain(
      "TRAINING.CLOSE",
      "FAIL",
      { training_id: 7 },
      {
        code: "INAPPROPRIATE_STATUS",
        message: "Resource is in inappropriate status",
        payload: { appropriate_statuses: ["OPEN", "LOCKED"] }
      }
    )
  },
  "a pool that is locked by another operation": {
    operation: plain(
      "POOL.ARCHIVE",
      "FAIL",
      { pool_id: "21" },
      { code: "POOL_LOCKED_BY_ANOTHER_OPERATION", message: "Pool is locked" }
    )
  },
  "a project that failed with details of its own": {
    operation: plain("PROJECT.ARCHIVE", "FAIL", { project_id: 5 }, { open_pools: ["21", "22"] })
  },
  "a status not heard of": {
    operation: { type: "SOLUTION.AGGREGATE", status: "PAUSED", parameters: { pool_id: 283 } }
  },
  "a kind not heard of that failed": { operation: plain("SKILL.RECOUNT", "FAIL", {}) },
  "an answer about another operation": { operation: { id: "another", type: "POOL.OPEN", status: "SUCCESS" } }
}
