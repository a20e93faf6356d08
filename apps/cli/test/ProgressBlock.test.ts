import { assert, describe, it } from "@effect/vitest"
import type { Operation } from "@opwatch/core/Operation"
import { isFinal, OperationState } from "@opwatch/core/OperationState"
import { OperationId, SourceName } from "@opwatch/core/Reference"
import { Timestamp } from "@opwatch/core/Timestamp"
import { displayWidth } from "effect/cli/CliOutput"
import * as Schema from "effect/Schema"
import { render, type Row } from "../src/ProgressBlock.ts"

const operation = (id: string, state: OperationState, rest: Partial<Operation> = {}): Operation => ({
  ref: `toloka/${id}`,
  source: SourceName.make("toloka"),
  provider: "toloka",
  id: OperationId.make(id),
  observedAt: Timestamp.make("1970-01-01T00:00:00Z"),
  ...rest,
  state,
  done: isFinal(state)
})

const row = (id: string, state: OperationState, rest: Partial<Operation> = {}): Row => ({
  ref: `toloka/${id}`,
  text: state,
  operation: operation(id, state, rest)
})

const Size = Schema.Int.check(Schema.isBetween({ minimum: 2, maximum: 90 }))
const Rows = Schema.Array(Schema.Struct({ state: OperationState, kind: Schema.String }))

describe("ProgressBlock", () => {
  it("shows a bar where progress is known, and age, kind and a mark for each", () => {
    const rows = [
      row("done", "succeeded"),
      row("a", "running", { progress: 25, startedAt: Timestamp.make("1970-01-01T00:00:00Z"), kind: "POOL.OPEN" }),
      row("b", "pending")
    ]
    assert.deepStrictEqual(render(rows, { columns: 120, rows: 24 }, 1, 65_000), [
      "⠙ toloka/a     █████░░░░░░░░░░░░░░░  running  1m5s  POOL.OPEN",
      "⠙ toloka/b                           pending",
      "✓ toloka/done                        succeeded"
    ])
  })

  it("counts what does not fit, and shows first what goes on", () => {
    const rows = [row("a", "failed"), row("b", "running"), row("c", "succeeded"), row("d", "running")]
    assert.deepStrictEqual(render(rows, { columns: 80, rows: 4 }, 0, 0), [
      "⠋ toloka/b  running",
      "⠋ toloka/d  running",
      "  … and 2 more; 2 of 4 are over"
    ])
  })

  it("marks what was given up, whatever was known of it", () => {
    const [line] = render(
      [{ ...row("a", "running"), text: "given up: no", givenUp: true }],
      { columns: 80, rows: 4 },
      0,
      0
    )
    assert.strictEqual(line, "✗ toloka/a  given up: no")
  })

  it.prop("fits the window, whatever it is to show", [Rows, Size, Size], ([states, columns, rows]) => {
    const block = render(
      states.map(({ kind, state }, index) => row(`op-${index}`, state, { kind, progress: 50 })),
      { columns, rows },
      7,
      1_000
    )
    assert.isBelow(block.length, rows)
    for (const line of block) {
      assert.isBelow(displayWidth(line), columns)
      assert.notMatch(line, /[\r\n]/)
    }
  })
})
