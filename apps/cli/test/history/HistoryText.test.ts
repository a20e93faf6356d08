import { assert, describe, it } from "@effect/vitest"
import * as Reference from "@opwatch/core/Reference"
import * as Option from "effect/Option"
import * as HistoryText from "../../src/history/HistoryText.ts"

const toloka = Reference.SourceName.make("toloka")
const real = [{ source: toloka, urls: ["https://toloka.dev/api/v1"] }] as const
const local = [{ source: toloka, urls: ["http://127.0.0.1:4010/api/v1"] }] as const

const lifetime = (kind: string | undefined, millis = 60_000) => ({ source: toloka, kind, millis, isOver: true })

const countOf = (kept: ReadonlyArray<HistoryText.Kept>, places: HistoryText.Places, kind?: string) =>
  HistoryText.durationsOf(kept, places).history({ source: toloka, kind }).count

describe("HistoryText", () => {
  it("adds to what was kept, kind by kind, and reads back what it wrote", () => {
    const first = HistoryText.learn([], [lifetime("POOL.OPEN"), lifetime(undefined)], real)
    const read = Option.getOrThrow(HistoryText.decode(HistoryText.encode(first)))
    const second = HistoryText.learn(read, [lifetime("POOL.OPEN", 90_000)], real)
    assert.strictEqual(countOf(second, real, "POOL.OPEN"), 2)
    assert.strictEqual(countOf(second, real), 1)
  })

  it("does not take a source at another URL for the same", () => {
    const kept = HistoryText.learn(HistoryText.learn([], [lifetime("A")], local), [lifetime("A"), lifetime("A")], real)
    assert.deepStrictEqual([countOf(kept, local, "A"), countOf(kept, real, "A")], [1, 2])
  })

  it("keeps the 500 kinds met last, and none whose name is no name", () => {
    const entry = (kind: string) => ({ source: toloka, url: real[0].urls[0], kind, history: "" })
    const before = Array.from({ length: 500 }, (_, index) => entry(`K.${index}`))
    const met = [lifetime("K.499"), lifetime("new"), lifetime("x".repeat(201))]
    const kept = HistoryText.learn(before, met, real)
    assert.strictEqual(kept.length, 500)
    assert.deepStrictEqual(
      [0, 1, 2, 499].map((index) => kept[index]?.kind),
      ["K.499", "new", "K.0", "K.497"]
    )
  })

  it.each(["", "{}", "null", '{"version":2,"kinds":[]}', '{"version":1,"kinds":[{"source":"toloka"}]}'])(
    "reads nothing from %j",
    (text) => assert.isTrue(Option.isNone(HistoryText.decode(text)))
  )

  it("does without a kind whose history is damaged, and begins it anew", () => {
    const damaged = [{ source: toloka, url: real[0].urls[0], kind: "A", history: "junk" }]
    assert.strictEqual(countOf(damaged, real, "A"), 0)
    assert.strictEqual(countOf(HistoryText.learn(damaged, [lifetime("A")], real), real, "A"), 1)
  })
})
