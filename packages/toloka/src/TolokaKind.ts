/** Toloka's types of operations in plain words. The set is open: an unknown type is called by its own name. */
import type { Operation } from "@opwatch/core/Operation"

const names = new Map<string, string>([
  ["POOL.OPEN", "Opening"],
  ["POOL.CLOSE", "Closing"],
  ["POOL.ARCHIVE", "Archiving"],
  ["POOL.CLONE", "Copying"],
  ["TRAINING.OPEN", "Opening"],
  ["TRAINING.CLOSE", "Closing"],
  ["TRAINING.ARCHIVE", "Archiving"],
  ["TRAINING.CLONE", "Copying"],
  ["PROJECT.ARCHIVE", "Archiving"],
  ["TASK.BATCH_CREATE", "Uploading tasks"],
  ["TASK_SUITE.BATCH_CREATE", "Uploading task suites"],
  ["TASK_SUITE.BATCH.CREATE", "Uploading task suites"],
  ["USER_BONUS.BATCH_CREATE", "Granting bonuses"],
  ["SOLUTION.AGGREGATE", "Aggregating the answers"],
  ["ANALYTICS", "Computing statistics"],
  ["KNOWN_SOLUTIONS.GENERATE", "Generating control tasks"]
])

/** To begin a sentence with: `Opening pool 21 (POOL.OPEN)`. */
export const subjectOf = ({ kind = "", target }: Operation): string | undefined => {
  const name = names.get(kind)
  if (name === undefined) return undefined
  const isWhole = name.includes(" ")
  const thing = target === undefined ? kind.replace(/\..*/, "").toLowerCase() : `${target.type} ${target.id}`
  if (target === undefined) return `${name}${isWhole ? "" : ` a ${thing}`} (${kind})`
  return `${name}${isWhole ? " of" : ""} ${thing} (${kind})`
}

/** Asynchronous creates are the ones that have counters and a log. */
export const isBatch = (kind: string | undefined): boolean => kind !== undefined && /BATCH[._]CREATE$/.test(kind)
