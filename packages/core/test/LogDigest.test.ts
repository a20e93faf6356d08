import { assert, describe, it } from "@effect/vitest"
import { collector, empty } from "../src/LogDigest.ts"
import type { LogStep, StepError } from "../src/LogStep.ts"

const failed = (index: number, ...errors: ReadonlyArray<StepError>): LogStep => ({
  ref: "toloka/op-1",
  index,
  type: "TASK_VALIDATE",
  success: false,
  errors,
  raw: {}
})
const made = (index: number, type: string): LogStep => ({
  ref: "toloka/op-1",
  index,
  type: "TASK_CREATE",
  success: true,
  created: { type, id: `${type}-${index}` },
  raw: {}
})
const required = (field: string): StepError => ({ field, code: "VALUE_REQUIRED", message: "Value must be present" })

const digest = (steps: Iterable<LogStep>) => {
  const collected = collector()
  for (const step of steps) collected.add(step)
  return collected.digest()
}

const causes = (steps: Iterable<LogStep>) => digest(steps).failures.map(({ cause }) => cause)

describe("a digest", () => {
  it("of no steps is empty", () => assert.deepStrictEqual(digest([]), empty))

  it("groups equal errors, the most frequent first, and names their items", () => {
    const steps = [
      failed(0, { code: "EMPTY_POOL", message: "Pool contains no tasks" }),
      failed(1, required("input_values.image")),
      failed(4, required("input_values.image")),
      failed(5, { ...required("input_values.image"), message: "Another message" })
    ]
    const { created, failures } = digest(steps)
    const field = "input_values.image"
    assert.deepStrictEqual<ReadonlyArray<unknown>>(
      failures.map(({ cause, first }) => [cause, first.index]),
      [
        [{ code: "VALUE_REQUIRED", field, message: "Value must be present", count: 2, items: [1, 4] }, 1],
        [{ code: "EMPTY_POOL", message: "Pool contains no tasks", count: 1, items: [0] }, 0],
        [{ code: "VALUE_REQUIRED", field, message: "Another message", count: 1, items: [5] }, 5]
      ]
    )
    assert.deepStrictEqual(created, [])
  })

  it("names items by the caller's own index, and by their place in the log where no step has one", () => {
    const unnumbered = [failed(4, required("a")), failed(9, required("a"))]
    assert.deepStrictEqual(causes(unnumbered)[0]?.items, [4, 9])
    const pool = failed(2, { code: "EMPTY_POOL", message: "Pool contains no tasks" })
    const numbered = [{ ...failed(0, required("a")), item: 17 }, pool, { ...failed(3, required("a")), item: 5 }]
    assert.deepStrictEqual(
      causes(numbered).map(({ code, count, items }) => [code, count, items]),
      [
        ["VALUE_REQUIRED", 2, [17, 5]],
        ["EMPTY_POOL", 1, []]
      ]
    )
  })

  it("keeps equal errors of different steps apart", () => {
    const steps = [failed(0, required("a")), { ...failed(1, required("a")), type: "TASK_CREATE" }]
    assert.lengthOf(causes(steps), 2)
  })

  it.each([
    [["tasks.0.input_values.image", "tasks.3.input_values.image"], "tasks.*.input_values.image"],
    [["tasks.0.image", "tasks.0.image"], "tasks.0.image"],
    [["0.image", "12.image"], "*.image"],
    [["a.0.1", "a.2.3"], "a.*.*"]
  ])("of errors at %j gives the field %s", (fields, expected) => {
    const told = causes(fields.map((field, index) => failed(index, required(field))))
    assert.deepStrictEqual(
      told.map(({ count, field }) => [field, count]),
      [[expected, fields.length]]
    )
  })

  it("keeps fields apart that differ in more than positions", () => {
    assert.lengthOf(causes([failed(0, required("image1")), failed(1, required("image2"))]), 2)
  })

  it("counts an item once for equal errors at several of its positions", () => {
    const [cause] = causes([failed(7, required("tasks.0.image"), required("tasks.1.image"))])
    assert.deepStrictEqual([cause?.count, cause?.items, cause?.field], [1, [7], "tasks.*.image"])
  })

  it("counts items that it no longer names, each once", () => {
    const steps = Array.from({ length: 150 }, (_, index) =>
      failed(index, required("tasks.0.image"), required("tasks.1.image"))
    )
    const [cause] = causes(steps)
    assert.strictEqual(cause?.count, 150)
    assert.deepStrictEqual(
      cause?.items,
      Array.from({ length: 100 }, (_, index) => index)
    )
  })

  it("counts what was created by type", () => {
    const steps = [made(0, "task"), made(1, "task"), failed(2, required("a")), made(3, "task_suite")]
    assert.deepStrictEqual(digest(steps).created, [
      { type: "task", count: 2 },
      { type: "task_suite", count: 1 }
    ])
  })

  it("takes a failed step that names no error for an error of its own", () => {
    const { errors: _, ...unsaid } = failed(3)
    assert.deepStrictEqual(causes([failed(0), failed(1), made(2, "task"), unsaid]), [
      { code: "TASK_VALIDATE", message: "failed, and the log does not say why", count: 2, items: [0, 1] }
    ])
  })

  it("tells five hundred kinds of errors apart and puts the rest together, losing no item", () => {
    const steps = Array.from({ length: 700 }, (_, index) =>
      failed(index, { code: `E${index}`, message: "each its own" })
    )
    const told = causes([...steps, failed(700, { code: "E3", message: "each its own" })])
    assert.lengthOf(told, 501)
    assert.deepInclude(told[0], { code: "OTHER", count: 200 })
    assert.deepInclude(told[1], { code: "E3", count: 2, items: [3, 700] })
    assert.strictEqual(
      told.reduce((sum, { count }) => sum + count, 0),
      701
    )
  })

  it("can be asked for in the middle, and keeps what it gave", () => {
    const collected = collector()
    collected.add(failed(0, required("a")))
    const early = collected.digest()
    collected.add(failed(1, required("a")))
    assert.deepStrictEqual(early.failures[0]?.cause.items, [0])
    assert.deepStrictEqual(collected.digest().failures[0]?.cause.items, [0, 1])
  })
})
