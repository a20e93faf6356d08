import { assert, describe, it } from "@effect/vitest"
import * as Terminal from "../../src/terminal/Terminal.ts"

const screen = { isTTY: true, columns: 100, rows: 30 }
const usual = { TERM: "xterm-256color", LANG: "en_US.UTF-8" }

const facts = (environment: Record<string, string>, platform: NodeJS.Platform = "linux") =>
  Terminal.make(environment, platform)(screen)

describe("Terminal", () => {
  it("knows what a usual terminal can do, and its size as it is now", () => {
    assert.deepStrictEqual(facts(usual), {
      window: { columns: 100, rows: 30 },
      redraws: true,
      reflows: true,
      colors: true,
      unicode: true
    })
    const sizeless = Terminal.make(usual, "linux")({ isTTY: true, columns: 0, rows: 0 })
    assert.deepStrictEqual(sizeless.window, { columns: 80, rows: 24 })
  })

  it("takes a file or a pipe for what it is, in colours only by order", () => {
    assert.deepStrictEqual(Terminal.make(usual, "linux")({}), Terminal.none)
    assert.isTrue(Terminal.make({ ...usual, FORCE_COLOR: "1" }, "linux")({}).colors)
  })

  it.each([
    [{ TERM: "dumb" }, false],
    [{ TERM: "" }, false],
    [{ TERM: "xterm", CI: "true" }, false],
    [{ TERM: "xterm", CI: "false" }, true],
    [{ TERM: "vt100" }, true]
  ])("redraws with %j: %s", (environment, redraws) => {
    assert.strictEqual(facts(environment).redraws, redraws)
  })

  it("has no TERM to go by on Windows, and elsewhere trusts nothing without one", () => {
    assert.isTrue(facts({}, "win32").redraws)
    assert.isFalse(facts({}).redraws)
  })

  it.each([
    [{}, true],
    [{ NO_COLOR: "1" }, false],
    [{ NO_COLOR: "" }, true],
    [{ NO_COLOR: "1", FORCE_COLOR: "1" }, false],
    [{ FORCE_COLOR: "0" }, false],
    [{ CLICOLOR: "0" }, false],
    [{ CLICOLOR: "0", CLICOLOR_FORCE: "1" }, true],
    [{ TERM: "dumb" }, false],
    [{ TERM: "dumb", CLICOLOR_FORCE: "1" }, true],
    [{ TERM: "vt220" }, false],
    [{ TERM: "linux-m" }, false]
  ])("colours with %j: %s", (environment, colors) => {
    assert.strictEqual(facts({ ...usual, ...environment }).colors, colors)
  })

  it.each([
    [{}, "linux", false],
    [{ LANG: "C" }, "linux", false],
    [{ LANG: "C.utf8" }, "linux", true],
    [{ LANG: "en_US.CP1252" }, "linux", false],
    [{ LANG: "ru_RU.UTF-8", LC_ALL: "ru_RU.CP1251" }, "linux", false],
    [{ LANG: "ru_RU.CP1251", LC_CTYPE: "ru_RU.UTF-8", LC_ALL: "" }, "linux", true],
    [{ LANG: "C.UTF-8", TERM: "linux" }, "linux", false],
    [{}, "win32", false],
    [{ WT_SESSION: "b1" }, "win32", true],
    [{ TERM_PROGRAM: "vscode" }, "win32", true]
  ] as const)("shows more than ASCII with %j on %s: %s", (environment, platform, unicode) => {
    assert.strictEqual(facts({ TERM: "xterm", ...environment }, platform).unicode, unicode)
  })

  it.each([
    [{ TERM: "linux" }, false],
    [{ TERM: "xterm", XTERM_VERSION: "XTerm(390)" }, false],
    [{ TERM: "screen.xterm" }, false],
    [{ TERM: "screen-256color", TMUX: "/tmp/tmux" }, true]
  ])("reflows with %j: %s", (environment, reflows) => {
    assert.strictEqual(facts(environment).reflows, reflows)
  })
})
