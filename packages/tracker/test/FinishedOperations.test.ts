import { assert, describe, it } from "@effect/vitest"
import type { Operation } from "@opwatch/core/Operation"
import * as Timestamp from "@opwatch/core/Timestamp"
import * as FinishedOperations from "../src/FinishedOperations.ts"
import * as InMemoryProvider from "./InMemoryProvider.ts"

const finished = (id: string, description = ""): Operation => ({
  ...InMemoryProvider.reference(id),
  ref: `cloud/${id}`,
  provider: "cloud",
  state: "succeeded",
  done: true,
  observedAt: Timestamp.fromMillis(0),
  description
})

describe("FinishedOperations", () => {
  it("drops those asked for longest ago when there are too many", () => {
    const operations = FinishedOperations.make({ operations: 2, size: 10_000 })
    operations.add(finished("a"))
    operations.add(finished("b"))
    operations.get("cloud/a")
    operations.add(finished("c"))
    assert.deepStrictEqual(
      ["a", "b", "c"].map((id) => operations.get(`cloud/${id}`) !== undefined),
      [true, false, true]
    )
  })

  it("drops as many as it takes to stay within its size", () => {
    const operations = FinishedOperations.make({ operations: 100, size: 1_000 })
    operations.add(finished("a", "x".repeat(400)))
    operations.add(finished("b", "x".repeat(400)))
    assert.isUndefined(operations.get("cloud/a"))
    assert.isDefined(operations.get("cloud/b"))
  })

  it("keeps the others when one comes that is too large by itself", () => {
    const operations = FinishedOperations.make({ operations: 100, size: 1_000 })
    operations.add(finished("a", "x".repeat(400)))
    operations.add(finished("b", "x".repeat(2_000)))
    assert.isDefined(operations.get("cloud/a"))
    assert.isUndefined(operations.get("cloud/b"))
  })

  it("counts an operation that is added again once", () => {
    const operations = FinishedOperations.make({ operations: 100, size: 1_000 })
    operations.add(finished("a", "x".repeat(200)))
    for (let times = 0; times < 10; times++) operations.add(finished("b", "x".repeat(200)))
    assert.isDefined(operations.get("cloud/a"))
  })
})
