import { assert, describe, it } from "@effect/vitest"
import xterm from "@xterm/headless"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Line from "../../src/terminal/Line.ts"
import * as LiveRegion from "../../src/progress/LiveRegion.ts"
import type { Terminal } from "../../src/terminal/Terminal.ts"
import { terminal } from "../Harness.ts"

/** A region in a terminal that shows what it is given; lines that were wrapped count as one. */
const open = (columns: number, rows: number) => {
  const screen = new xterm.Terminal({
    cols: columns,
    rows,
    scrollback: 1_000,
    convertEol: true,
    allowProposedApi: true
  })
  const region = LiveRegion.make()
  const put = (text: string) => Effect.callback<void>((resume) => screen.write(text, () => resume(Effect.void)))
  const facts = (): Terminal => terminal(screen.cols, screen.rows)
  return {
    region,
    put,
    facts,
    draw: (lines: ReadonlyArray<string>, above?: string) =>
      put(
        region.draw(
          facts(),
          lines.map((line) => Line.render([{ text: line }], facts(), screen.cols - 1)),
          above
        )
      ),
    resize: (columns: number, rows: number) => Effect.sync(() => screen.resize(columns, rows)),
    shows: Effect.sync(() => {
      const { active } = screen.buffer
      const lines: Array<string> = []
      for (let index = 0; index < active.length; index += 1) {
        const line = active.getLine(index)
        const text = line?.translateToString(active.getLine(index + 1)?.isWrapped !== true) ?? ""
        if (line?.isWrapped === true) lines.push(`${lines.pop()}${text}`)
        else lines.push(text)
      }
      return lines.join("\n").trimEnd()
    }),
    cursorColumn: () => screen.buffer.active.cursorX
  }
}

const wide = ["alpha", "beta", "a line that takes more than half of the window"]

describe("LiveRegion", () => {
  it.effect("writes over what it drew, and leaves what stands above it", () =>
    Effect.gen(function* () {
      const { draw, shows } = open(60, 10)
      yield* draw(wide, "before\n")
      yield* draw(["alpha", "gamma", "delta"])
      assert.strictEqual(yield* shows, "before\nalpha\ngamma\ndelta")
      yield* draw(["gamma"], "alpha is over\n")
      assert.strictEqual(yield* shows, "before\nalpha is over\ngamma")
      yield* draw([])
      assert.strictEqual(yield* shows, "before\nalpha is over")
    })
  )

  it.effect("writes nothing where nothing changed, and no more than the lines that did", () =>
    Effect.sync(() => {
      const region = LiveRegion.make()
      const facts = terminal(60, 10)
      region.draw(facts, wide)
      assert.strictEqual(region.draw(facts, wide), "")
      const text = region.draw(facts, wide.with(1, "gamma"))
      assert.include(text, "gamma")
      assert.notInclude(text, "alpha")
      assert.notInclude(text, "window")
    })
  )

  it.effect("hides the cursor while it is shown, and only then", () =>
    Effect.sync(() => {
      const region = LiveRegion.make()
      const facts = terminal(60, 10)
      assert.include(region.draw(facts, wide), "\u001b[?25l")
      assert.notInclude(region.draw(facts, ["beta"]), "\u001b[?25")
      assert.isTrue(region.draw(facts, [], "the end\n").endsWith("the end\n\u001b[?25h"))
      assert.strictEqual(region.draw(facts, []), "")
    })
  )

  it.effect("clears what the terminal itself put below it", () =>
    Effect.gen(function* () {
      const { cursorColumn, draw, put, shows } = open(60, 10)
      yield* draw(wide)
      yield* put("^C")
      yield* draw([], "interrupted\n")
      assert.strictEqual(yield* shows, "interrupted")
      assert.strictEqual(cursorColumn(), 0)
    })
  )

  it.effect("makes room for what goes to another stream of the same terminal", () =>
    Effect.gen(function* () {
      const { draw, facts, put, region, shows } = open(60, 10)
      yield* draw(wide)
      yield* put(region.lift(facts()))
      yield* put("[\n  1")
      yield* draw(["alpha"])
      assert.strictEqual(yield* shows, "[\n  1")
      yield* put("\n]\n")
      yield* put(region.put(facts()))
      assert.strictEqual(yield* shows, "[\n  1\n]\nalpha")
    })
  )

  it.effect("begins anew on a screen that others wrote to", () =>
    Effect.gen(function* () {
      const { draw, put, region, shows } = open(60, 10)
      yield* draw(wide)
      yield* put(region.draw(terminal(60, 10), []))
      yield* put("[1]+  Stopped\n$ fg\n")
      region.forget()
      yield* draw(["alpha"])
      assert.strictEqual(yield* shows, "[1]+  Stopped\n$ fg\nalpha")
    })
  )

  it.effect("goes back only as far as its lines where a terminal cuts them off", () =>
    Effect.sync(() => {
      const region = LiveRegion.make()
      region.draw({ ...terminal(60, 10), reflows: false }, wide)
      assert.include(region.draw({ ...terminal(20, 10), reflows: false }, ["beta"]), "\u001b[3A")
    })
  )

  const Text = Schema.String.check(Schema.isPattern(/^[ -~а-яё]{5,60}$/))
  const Columns = Schema.Int.check(Schema.isBetween({ minimum: 8, maximum: 70 }))
  const Step = Schema.Struct({
    columns: Columns,
    lines: Schema.Array(Text).check(Schema.isMaxLength(6)),
    said: Schema.Array(Text).check(Schema.isMaxLength(2))
  })

  it.effect.prop(
    "leaves no ghosts in a window that gets narrower and wider, and eats nothing that was said",
    [Schema.Array(Step).check(Schema.isMaxLength(8))],
    ([steps]) =>
      Effect.gen(function* () {
        const { draw, resize, shows } = open(40, 60)
        const said: Array<string> = []
        for (const step of steps) {
          yield* resize(step.columns, 60)
          const above = step.said.map((text, index) => `said ${said.length + index} ${text}.`)
          said.push(...above)
          yield* draw(
            step.lines.map((text, index) => `${index}:${text}`),
            above.map((line) => `${line}\n`).join("")
          )
          const lines = step.lines.map((text, index) => Line.cut(`${index}:${text}`.trimEnd(), step.columns - 1, "…"))
          assert.strictEqual(yield* shows, [...said, ...lines].join("\n"))
        }
      }),
    { arbitrary: { runs: 60 } }
  )
})
