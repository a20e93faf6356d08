/**
 * JSON in text columns. It is written by this package alone, from values that were checked when they were made, so only its
 * outline is checked on the way back: a whole check of an operation would cost more than the query that reads it.
 */
import type { CompactOperation } from "@opwatch/core/CompactOperation"
import type { Labels } from "@opwatch/core/Tracking"
import * as Schema from "effect/Schema"

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null

/** As it was written, key by key. */
export const StoredOperation = Schema.fromJsonString(
  Schema.declare(
    (value): value is CompactOperation =>
      isObject(value) && "ref" in value && "state" in value && "done" in value && "observedAt" in value,
    { expected: "an operation" }
  )
)

export const StoredLabels = Schema.fromJsonString(
  Schema.declare(
    (value): value is Labels => isObject(value) && Object.values(value).every((v) => typeof v === "string"),
    {
      expected: "labels"
    }
  )
)
