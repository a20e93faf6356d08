import { assert, describe, it } from "@effect/vitest"
import type { Operation } from "@opwatch/core/Operation"
import { isFinal, OperationState } from "@opwatch/core/OperationState"
import { ProviderError, Throttled, Unavailable } from "@opwatch/core/ProviderError"
import * as Reference from "@opwatch/core/Reference"
import { Timestamp } from "@opwatch/core/Timestamp"
import xterm from "@xterm/headless"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as LiveRegion from "../../src/progress/LiveRegion.ts"
import { render } from "../../src/progress/ProgressBlock.ts"
import type { Terminal } from "../../src/terminal/Terminal.ts"
import { Done, Unreadable, type Waiting } from "../../src/waiting/Waiting.ts"
import { terminal } from "../Harness.ts"
import * as InMemoryProvider from "../InMemoryProvider.ts"

const at = (clock: string): Timestamp => Timestamp.make(`2026-03-01T${clock}Z`)
const now = Date.parse("2026-03-01T12:00:00Z")

const { provider } = InMemoryProvider.make("cloud", "https://operation.cloud.test")

const operation = (id: string, state: OperationState, rest: Partial<Operation> = {}): Operation => ({
  ref: `cloud/${id}`,
  source: provider.source,
  provider: "cloud",
  id: Reference.OperationId.make(id),
  observedAt: at("12:00:00"),
  ...rest,
  state,
  done: isFinal(state)
})

const asked = (id: string): Waiting => ({
  target: { ref: `cloud/${id}`, reference: Reference.make(provider.source, Reference.OperationId.make(id)), provider }
})

const open = (id: string, state: OperationState, rest: Partial<Operation> = {}): Waiting => ({
  ...asked(id),
  last: operation(id, state, rest)
})

const over = (id: string, state: OperationState, rest: Partial<Operation> = {}): Waiting => ({
  ...open(id, state, rest),
  outcome: Done({ operation: operation(id, state, rest) })
})

const error = (message: string, reason: ProviderError["reason"] = new Unavailable({})) =>
  new ProviderError({ source: provider.source, reason, message })

const retried = (waiting: Waiting, error: ProviderError): Waiting => ({
  ...waiting,
  setback: { error, until: now + 3_500 }
})

const draw = (waitings: ReadonlyArray<Waiting>, terminal: Terminal) =>
  render(waitings, { terminal, frame: 1, began: now - 65_000, now })

describe("ProgressBlock", () => {
  it("shows one operation in one line, with a spinner", () => {
    const disk = open("disk", "running", {
      progress: 62.5,
      kind: "yandex.cloud.compute.v1.CreateDisk",
      submittedAt: at("11:58:55"),
      expectedEnd: at("12:00:40")
    })
    assert.deepStrictEqual(draw([disk], terminal(100, 24)), [
      "⠙ cloud/disk  running  █████████████░░░░░░░   62 %  1m5s  ~40s left  CreateDisk"
    ])
    assert.deepStrictEqual(draw([asked("disk")], terminal(100, 24)), ["⠙ cloud/disk  asking"])
    assert.deepStrictEqual(draw([over("disk", "succeeded")], terminal(100, 24)), [])
  })

  it("shows many in columns, in the order asked, and the whole of them below", () => {
    const waitings = [
      over("ended", "failed"),
      open("a", "running", { progress: 30, startedAt: at("11:00:00"), expectedEnd: at("14:30:00"), kind: "POOL.OPEN" }),
      retried(open("bb", "running", { progress: 70 }), error("", new Throttled({}))),
      open("ccc", "rolling_back", { submittedAt: at("11:59:10"), expectedEnd: at("12:01:00") }),
      { ...asked("refused"), outcome: Unreadable({ error: error("no") }) },
      open("d", "pending", { description: "Сборка 📦" })
    ]
    assert.deepStrictEqual(draw(waitings, terminal(80, 24)), [
      "● cloud/a    running       ███░░░░░░░   30 %   1h  ~3h left  POOL.OPEN",
      "! cloud/bb   throttled, again in 4s",
      "◐ cloud/ccc  rolling back                     50s  ~1m left",
      "○ cloud/d    pending                                         Сборка 📦",
      "⠙ 2 of 6 done, 1 failed, 1 given up, 1 rolling back, 1 retrying  1m5s"
    ])
  })

  it("says how sure an expected end is, where there is room", () => {
    const expectedEndRange = { earliest: at("12:02:00"), latest: at("12:08:00") }
    const pool = open("pool", "running", { kind: "POOL.OPEN", expectedEnd: at("12:03:00"), expectedEndRange })
    assert.deepStrictEqual(
      [80, 50, 40].map((columns) => draw([pool], terminal(columns, 24))),
      [
        ["⠙ cloud/pool  running  ~3m left  (2m to 8m)  POOL.OPEN"],
        ["⠙ cloud/pool  running  ~3m left  POOL.OPEN"],
        ["⠙ cloud/pool  running  ~3m left"]
      ]
    )
  })

  it("tells when all are expected to have ended, if each has a time", () => {
    const soon = open("soon", "running", { expectedEnd: at("12:00:30") })
    const later = open("later", "running", { expectedEnd: at("12:04:00") })
    assert.match(draw([soon, later], terminal(80, 24)).at(-1) ?? "", /0 of 2 done {2}1m5s {2}~4m left$/)
    assert.match(draw([soon, later, asked("new")], terminal(80, 24)).at(-1) ?? "", /0 of 3 done {2}1m5s$/)
  })

  it("shows of too many those in trouble and those that have run the longest, and counts the others", () => {
    const waitings = [
      open("young", "running", { startedAt: at("11:59:59") }),
      open("old", "running", { startedAt: at("10:00:00") }),
      open("waits", "pending", { submittedAt: at("09:00:00") }),
      open("odd", "rolling_back", { startedAt: at("11:59:58") })
    ]
    assert.deepStrictEqual(
      draw(waitings, terminal(80, 4)).map((line) => line.split(/ {2,}/)[0]),
      ["● cloud/old", "◐ cloud/odd", "⠙ 0 of 4 done, 1 rolling back"]
    )
    assert.match(draw(waitings, terminal(80, 4)).at(-1) ?? "", /… and 2 more/)
    assert.deepStrictEqual(draw(waitings, terminal(80, 2)), ["⠙ 0 of 4 done, 1 rolling back  … and 4 more  1m5s"])
    assert.deepStrictEqual(draw(waitings, terminal(80, 1)), [])
  })

  it("leaves out what a narrow window has no room for, the important things last", () => {
    const waitings = [
      open("fhm0123456789abcdefg", "running", { progress: 40, startedAt: at("11:59:00"), kind: "CreateDisk" }),
      over("ended", "failed")
    ]
    const widths = [60, 44, 32, 20].map((columns) => draw(waitings, terminal(columns, 24)))
    assert.deepStrictEqual(widths, [
      ["● cloud/fhm0123456789abcdefg  running   40 %  1m", "⠙ 1 of 2 done, 1 failed  1m5s"],
      ["● …oud/fhm0123456789abcdefg  running   40 %", "⠙ 1 of 2 done, 1 failed  1m5s"],
      ["● …56789abcdefg  running   40 %", "⠙ 1 of 2 done, 1 failed  1m5s"],
      ["● …abcdefg  running", "⠙ 1 of 2 done"]
    ])
  })

  it("draws with ASCII alone where the terminal shows no more", () => {
    const plain = { ...terminal(60, 24), unicode: false }
    const waitings = [
      open("a", "running", { progress: 50, kind: "Сборка" }),
      retried(asked("b"), error(`the provider says ${"no ".repeat(20)}`)),
      asked("c")
    ]
    assert.deepStrictEqual(draw(waitings, plain), [
      "* cloud/a  running  #####.....   50 %  \\u0421\\u0431\\u043...",
      "! cloud/b  the provider says no no no no no..., again in 4s",
      ". cloud/c  asking",
      "/ 0 of 3 done, 1 retrying  1m5s"
    ])
  })

  it("colours what matters, and says the same without colours", () => {
    const waitings = [
      over("a", "failed"),
      open("b", "rolling_back", { submittedAt: at("11:59:00") }),
      retried(asked("c"), error("no answer"))
    ]
    const coloured = draw(waitings, { ...terminal(80, 24), colors: true })
    assert.deepStrictEqual(coloured, [
      "\u001b[33m◐\u001b[39m cloud/b  \u001b[33mrolling back\u001b[39m  \u001b[2m1m\u001b[22m",
      "\u001b[33m!\u001b[39m cloud/c  \u001b[33mno answer, again in 4s\u001b[39m".replace(
        "  \u001b[33m",
        "\u001b[33m  "
      ),
      "⠙ 1 of 3 done, \u001b[31m1 failed\u001b[39m, \u001b[33m1 rolling back\u001b[39m, \u001b[33m1 retrying\u001b[39m  \u001b[2m1m5s\u001b[22m"
    ])
    // oxlint-disable-next-line eslint/no-control-regex
    const bare = coloured.map((line) => line.replace(/\u001b\[\d+m/g, ""))
    assert.deepStrictEqual(bare, draw(waitings, terminal(80, 24)))
  })

  const Size = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 90 }))
  const Odd = Schema.Literals(["日本語", "👩‍👩‍👧", "⚠️", "🇷🇺", "é́", "\u200d", "\u001b[2J", "\u202e", "\ud800", "한글"])
  const Words = Schema.Union([Schema.String, Odd])
  const Some = Schema.Struct({
    state: OperationState,
    kind: Words,
    message: Words,
    progress: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 100 })),
    mishap: Schema.Literals(["none", "setback", "unread", "unknown"])
  })

  it.effect.prop(
    "fits the window, whatever it is to show",
    [Schema.Array(Some), Size, Size, Schema.Boolean],
    ([all, columns, rows, unicode]) =>
      Effect.gen(function* () {
        const waitings = all.map(({ kind, message, mishap, progress, state }, index) => {
          const known = open(`op-${index}`, state, { kind, progress })
          if (mishap === "setback") return retried(known, error(message))
          if (mishap === "unread") return retried(asked(`op-${index}`), error(message))
          return mishap === "unknown" ? asked(`op-${index}`) : known
        })
        const facts = { ...terminal(columns, rows), unicode, colors: true }
        const block = draw(waitings, facts)
        assert.isBelow(block.length, rows)
        const screen = new xterm.Terminal({ cols: columns, rows, convertEol: true, allowProposedApi: true })
        yield* Effect.promise(
          () => new Promise<void>((resolve) => screen.write(LiveRegion.make().draw(facts, block), resolve))
        )
        const { baseY, cursorX, cursorY } = screen.buffer.active
        assert.deepStrictEqual([baseY, cursorY, cursorX], [0, block.length, 0])
      }),
    { arbitrary: { runs: 200 } }
  )
})
