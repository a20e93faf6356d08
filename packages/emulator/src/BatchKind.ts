/** The three kinds of things that are created in batches in Toloka: how each is asked for, logged and listed. */
import type { Shape } from "./Listing.ts"

export interface BatchKind {
  /** The last part of its path. */
  readonly name: "tasks" | "task-suites" | "user-bonuses"
  readonly operationType: string
  /** The types of a log step about an item that was created, and one that was not. */
  readonly created: string
  readonly refused: string
  readonly idField: string
  readonly required: ReadonlyArray<string>
  readonly hasPool: boolean
  readonly list: Shape
}

const inPool: Shape = {
  equal: { pool_id: "any", overlap: "any" },
  ranges: { id: "text", created: "time", overlap: "number" },
  sort: ["id", "created"],
  maximum: 100_000
}

export const batchKinds: ReadonlyArray<BatchKind> = [
  {
    name: "tasks",
    operationType: "TASK.BATCH_CREATE",
    created: "TASK_CREATE",
    refused: "TASK_VALIDATE",
    idField: "task_id",
    required: ["pool_id", "input_values"],
    hasPool: true,
    list: inPool
  },
  {
    name: "task-suites",
    operationType: "TASK_SUITE.BATCH_CREATE",
    created: "TASK_SUITE_CREATE",
    refused: "TASK_SUITE_VALIDATE",
    idField: "task_suite_id",
    required: ["pool_id", "tasks"],
    hasPool: true,
    list: inPool
  },
  {
    name: "user-bonuses",
    operationType: "USER_BONUS.BATCH_CREATE",
    created: "USER_BONUS_PERSIST",
    refused: "USER_BONUS_VALIDATE",
    idField: "user_bonus_id",
    required: ["user_id", "amount"],
    hasPool: false,
    list: {
      equal: { user_id: "any", assignment_id: "any", private_comment: "any" },
      ranges: { id: "text", created: "time" },
      sort: ["id", "created"],
      maximum: 300
    }
  }
]
