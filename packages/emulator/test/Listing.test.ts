import { assert, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Emulator } from "../src/Emulator.ts"
import { call, post } from "./Client.ts"

const operations = [
  {
    id: "c",
    type: "POOL.OPEN",
    status: "SUCCESS",
    submitted: "2024-01-01T00:00:00.5",
    finished: "2024-01-01T00:00:09"
  },
  { id: "a", type: "POOL.OPEN", status: "RUNNING", submitted: "2024-01-01T00:00:00.45", finished: null },
  {
    id: "d",
    type: "TASK.BATCH_CREATE",
    status: "FAIL",
    submitted: "2024-01-02T00:00:00",
    finished: "2024-01-02T00:00:01"
  },
  { id: "b", type: "POOL.CLOSE", status: "SUCCESS", submitted: "2024-01-03T00:00:00", finished: "2024-01-03T00:00:01" }
]

const seeded = post(
  "/_emulator/operations",
  operations.map((operation) => ({ api: "toloka", operation }))
)

const emulator = Emulator.layer({ builtin: false })

const list = (query: string) =>
  Effect.map(call(`/api/v1/operations?${query}`), ({ json }) => {
    const { has_more, items } = json as { has_more: boolean; items: ReadonlyArray<{ id: string }> }
    return `${items.map(({ id }) => id).join("")}${has_more ? "+" : ""}`
  })

describe("the list of Toloka operations", () => {
  it.effect.each([
    ["", "abcd"],
    ["type=POOL.OPEN", "ac"],
    ["type=NOTHING", ""],
    ["type=POOL.OPEN&status=SUCCESS", "c"],
    ["sort=-id", "dcba"],
    ["sort=submitted", "acdb"],
    ["sort=-submitted", "bdca"],
    ["sort=finished", "cdba"],
    ["sort=-finished", "bdca"],
    ["sort=-finished,id&limit=2", "bd+"],
    ["limit=3", "abc+"],
    ["limit=4", "abcd"],
    ["limit=300", "abcd"],
    ["id_gt=b", "cd"],
    ["id_gte=b&id_lt=d", "bc"],
    ["id_lte=b", "ab"],
    ["submitted_gt=2024-01-01T00:00:00.45", "bcd"],
    ["submitted_gte=2024-01-01T00:00:00.45&submitted_lte=2024-01-01T00:00:00.500000", "ac"],
    ["finished_lt=2025-01-01T00:00:00", "bcd"]
  ] as const)("answers %s with %s", ([query, expected]) =>
    Effect.gen(function* () {
      yield* seeded
      assert.strictEqual(yield* list(query), expected)
    }).pipe(Effect.provide(emulator))
  )

  it.effect("holds whole operations as they are now, and none of the cloud", () =>
    Effect.gen(function* () {
      yield* post("/_emulator/operations", [
        { api: "cloud", id: "x" },
        { api: "toloka", id: "y", operation: { type: "T" } }
      ])
      expect((yield* call("/api/v1/operations")).json).toStrictEqual({
        items: [{ id: "y", type: "T", status: "PENDING", submitted: "1970-01-01T00:00:00.000" }],
        has_more: false
      })
    }).pipe(Effect.provide(emulator))
  )

  it.effect("is walked whole by id, though ids are not in the order of time", () =>
    Effect.gen(function* () {
      const created = yield* post(
        "/_emulator/operations",
        Array.from({ length: 120 }, () => ({ api: "toloka" }))
      )
      const ids = (created.json as ReadonlyArray<{ id: string }>).map(({ id }) => id)
      assert.notDeepEqual(ids, ids.toSorted())
      const walked: Array<string> = []
      for (let after = ""; ; after = `&id_gt=${walked.at(-1)}`) {
        const { json } = yield* call(`/api/v1/operations?sort=id${after}`)
        const { has_more, items } = json as { has_more: boolean; items: ReadonlyArray<{ id: string }> }
        assert.isAtMost(items.length, 50)
        walked.push(...items.map(({ id }) => id))
        if (!has_more) break
      }
      assert.deepStrictEqual(walked, ids.toSorted())
    }).pipe(Effect.provide(emulator))
  )

  it.effect.each([
    ["page=1", "page", "VALUE_NOT_ALLOWED"],
    ["pool_id=1", "pool_id", "VALUE_NOT_ALLOWED"],
    ["constructor=1", "constructor", "VALUE_NOT_ALLOWED"],
    ["constructor_gt=1", "constructor_gt", "VALUE_NOT_ALLOWED"],
    ["status=DONE", "status", "UNKNOWN_ENUM_VALUE"],
    ["status=FAIL&status=SUCCESS", "status", "VALUE_NOT_ALLOWED"],
    ["sort=name", "sort", "UNKNOWN_ENUM_VALUE"],
    ["sort=id,", "sort", "UNKNOWN_ENUM_VALUE"],
    ["limit=0", "limit", "VALUE_OUT_OF_BOUNDS"],
    ["limit=301", "limit", "VALUE_OUT_OF_BOUNDS"],
    ["limit=ten", "limit", "INTEGER_EXPECTED"],
    ["submitted_gt=yesterday", "submitted_gt", "INVALID_DATE_TIME_SYNTAX"],
    ["submitted_gt=2024-01-01T00:00:00Z", "submitted_gt", "INVALID_DATE_TIME_SYNTAX"],
    ["submitted_ge=2024-01-01T00:00:00", "submitted_ge", "VALUE_NOT_ALLOWED"]
  ] as const)("refuses %s", ([query, field, code]) =>
    Effect.gen(function* () {
      const { json, status } = yield* call(`/api/v1/operations?${query}`)
      assert.strictEqual(status, 400)
      expect(json).toMatchObject({
        code: "VALIDATION_ERROR",
        payload: { [field]: { code, message: expect.any(String) } }
      })
    }).pipe(Effect.provide(emulator))
  )
})
