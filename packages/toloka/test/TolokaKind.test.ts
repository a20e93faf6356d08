import { assert, describe, it } from "@effect/vitest"
import type { JsonObject } from "effect/Schema"
import { isBatch, subjectOf } from "../src/TolokaKind.ts"
import { read } from "./Read.ts"

const subject = (type: string, parameters?: JsonObject) =>
  subjectOf(read({ type, ...(parameters === undefined ? {} : { parameters }) }))

describe("a kind in plain words", () => {
  it.each([
    ["POOL.OPEN", { pool_id: "21" }, "Opening pool 21 (POOL.OPEN)"],
    ["POOL.CLOSE", undefined, "Closing a pool (POOL.CLOSE)"],
    ["POOL.CLONE", { pool_id: 21 }, "Copying pool 21 (POOL.CLONE)"],
    ["TRAINING.ARCHIVE", { training_id: "7" }, "Archiving training 7 (TRAINING.ARCHIVE)"],
    ["PROJECT.ARCHIVE", {}, "Archiving a project (PROJECT.ARCHIVE)"],
    ["TASK.BATCH_CREATE", { open_pool: true }, "Uploading tasks (TASK.BATCH_CREATE)"],
    ["SOLUTION.AGGREGATE", { pool_id: 21 }, "Aggregating the answers of pool 21 (SOLUTION.AGGREGATE)"],
    ["SKILL.RECOUNT", {}, undefined]
  ])("%s with %j is %s", (type, parameters, expected) => assert.strictEqual(subject(type, parameters), expected))

  it("knows uploads by their end, however it is spelt", () => {
    for (const kind of ["TASK.BATCH_CREATE", "TASK_SUITE.BATCH.CREATE", "NEW.BATCH_CREATE"])
      assert.isTrue(isBatch(kind))
    for (const kind of ["POOL.OPEN", "BATCH_CREATE.UNDO", undefined]) assert.isFalse(isBatch(kind))
  })
})
