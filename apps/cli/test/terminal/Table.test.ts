import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { cellWidth } from "../../src/terminal/CellWidth.ts"
import * as Table from "../../src/terminal/Table.ts"
import * as Terminal from "../../src/terminal/Terminal.ts"
import { escape } from "../../src/terminal/TerminalText.ts"
import * as Harness from "../Harness.ts"

const columns: ReadonlyArray<Table.Column> = [
  { title: "NAME" },
  { title: "KIND", cut: { at: "start", least: (text) => Math.min(14, cellWidth(text)) } },
  { title: "NOTE", cut: { at: "end", least: () => 10 } }
]

const page = (table: ReturnType<typeof Table.make>, ...rows: ReadonlyArray<ReadonlyArray<string>>) =>
  table.page(rows.map((row) => row.map((text) => ({ text }))))

const show = (terminal: Terminal.Terminal, ...rows: ReadonlyArray<ReadonlyArray<string>>) => {
  const table = Table.make(columns, terminal)
  return (page(table, ...rows) + table.end()).split("\n").slice(0, -1)
}

const rows = [
  ["a", "first.second.third", "a note of some length"],
  ["bb", "short", ""]
]

const Cell = Schema.Union([Schema.String, Schema.Literals(["Задания", "日本語の長い名前", "👩‍👩‍👧", "", "a b"])])
const Rows = Schema.Array(Schema.Tuple([Cell, Cell, Cell]))
const Columns = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 120 }))

describe("Table", () => {
  it("is neither headed nor cut where it is no terminal", () => {
    assert.deepStrictEqual(show(Terminal.none, ...rows), ["a   first.second.third  a note of some length", "bb  short"])
  })

  it("is headed on a terminal, and says that it was cut", () => {
    assert.deepStrictEqual(show(Harness.terminal(45, 24), ...rows), [
      "NAME  KIND              NOTE",
      "a     …st.second.third  a note of some length",
      "bb    short",
      "Cut to fit the window (…); --json has all of it."
    ])
  })

  it("cuts the first column that may be cut to what is better kept, then the next, then leaves that out", () => {
    const lineAt = (width: number) => show(Harness.terminal(width, 24), ...rows)[1]
    assert.strictEqual(lineAt(47), "a     first.second.third  a note of some length")
    assert.strictEqual(lineAt(43), "a     ….second.third  a note of some length")
    assert.strictEqual(lineAt(32), "a     ….second.third  a note of…")
    assert.strictEqual(lineAt(31), "a     first.second.third")
    assert.strictEqual(lineAt(18), "a     …econd.third")
    assert.strictEqual(lineAt(17), "a")
  })

  it("has no column that is empty", () => {
    assert.deepStrictEqual(show(Harness.terminal(80, 24), ["a", "", "note"]), ["NAME  NOTE", "a     note"])
  })

  it("keeps the columns of its first page, and cuts on a terminal only", () => {
    for (const [terminal, expected] of [
      [Terminal.none, "much longer  longer  longer note\n"],
      [Harness.terminal(80, 24), "much longer  …ger  long…\n"]
    ] as const) {
      const table = Table.make(columns, terminal)
      page(table, ["a", "kind", "note!"])
      assert.strictEqual(page(table, ["much longer", "longer", "longer note"]), expected)
    }
  })

  it("takes ASCII alone for terminals that show nothing else", () => {
    const terminal = { ...Harness.terminal(24, 24), unicode: false }
    assert.deepStrictEqual(show(terminal, ["Ω", "", "a note of some length"]), [
      "NAME    NOTE",
      "\\u03a9  a note of som...",
      "Cut to fit the window (...); --json has all of it."
    ])
  })

  it.prop("is no wider than the window where only the first column forbids it", [Rows, Columns], ([rows, width]) => {
    const safe = rows.map((row) => row.map(escape))
    const first = Math.max(4, ...safe.map(([name = ""]) => cellWidth(name)))
    for (const line of show(Harness.terminal(width, 24), ...safe)) {
      if (!line.startsWith("Cut to fit")) assert.isAtMost(cellWidth(line), Math.max(first, width), JSON.stringify(line))
    }
  })
})
