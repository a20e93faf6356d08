import { assert, describe, it } from "@effect/vitest"
import { SourceName } from "@opwatch/core/Reference"
import * as Report from "../../src/doctor/Report.ts"
import { none as plain } from "../../src/terminal/Terminal.ts"

const checked = {
  source: SourceName.make("mine"),
  ok: false,
  checks: [
    { check: "name", status: "ok", detail: "there" },
    { check: "tls", status: "warning", detail: "odd", remedy: "look" },
    { check: "answer", status: "failed", detail: "a\u001b[2J\nb", remedy: "mend \u202eit" },
    { check: "access", status: "skipped", detail: "answer is not ok" }
  ]
} as const

describe("the report", () => {
  it("has a line for each check, with a mark in ASCII, and what came from outside escaped", () =>
    assert.strictEqual(
      Report.block(plain)(checked),
      [
        "mine",
        "  ok  name           there",
        "   !  tls            odd",
        "                     look",
        "  !!  answer         a\\u001b[2J\\nb",
        "                     mend \\u202eit",
        "  --  access         skipped: answer is not ok",
        "",
        ""
      ].join("\n")
    ))

  it("colours nothing but the marks", () => {
    const colored = Report.block({ ...plain, colors: true })(checked)
    // oxlint-disable-next-line no-control-regex -- these are the colours
    assert.strictEqual(colored.replaceAll(/\u001b\[\d+m(ok| !|!!|--)\u001b\[\d+m/g, "$1"), Report.block(plain)(checked))
    assert.notStrictEqual(colored, Report.block(plain)(checked))
  })

  it("is broken to the width of a terminal, and keeps to ASCII where that is all there is", () => {
    const detail = "what it says of itself is longer than … the window is wide"
    const one = { ...checked, checks: [{ check: "tls", status: "ok", detail }] } as const
    const terminal = { ...plain, window: { columns: 50, rows: 10 }, unicode: false }
    assert.deepStrictEqual(Report.block(terminal)(one).split("\n"), [
      "mine",
      "  ok  tls            what it says of itself is",
      "                     longer than ... the window",
      "                     is wide",
      "",
      ""
    ])
  })
})
