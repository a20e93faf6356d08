import { assert, describe, it } from "@effect/vitest"
import * as Lifetime from "../src/Lifetime.ts"
import { SourceName } from "../src/Reference.ts"
import * as Timestamp from "../src/Timestamp.ts"

const at = (seconds: number) => Timestamp.fromMillis(seconds * 1_000)
const source = SourceName.make("cloud")
const ended = { source, kind: "x", state: "succeeded", done: true, submittedAt: at(10), observedAt: at(90) } as const

describe("Lifetime", () => {
  it("is from submission to the end that the provider tells", () => {
    assert.deepStrictEqual(Lifetime.of({ ...ended, finishedAt: at(70) }), {
      source,
      kind: "x",
      millis: 60_000,
      isOver: true
    })
    assert.strictEqual(Lifetime.of({ ...ended, state: "failed" })?.isOver, true)
  })

  it("is up to when it was seen where no end is told", () => {
    assert.strictEqual(Lifetime.of(ended)?.millis, 80_000)
  })

  it("is not over for one that goes on, was cancelled or is lost", () => {
    for (const state of ["cancelled", "lost"] as const) {
      assert.strictEqual(Lifetime.of({ ...ended, state })?.isOver, false)
    }
    const going = { ...ended, state: "running", done: false, finishedAt: at(20) } as const
    assert.deepStrictEqual(Lifetime.of(going), { source, kind: "x", millis: 80_000, isOver: false })
  })

  it("is not known without a submission, or with one after the end", () => {
    assert.isUndefined(Lifetime.of({ source, state: "succeeded", done: true, observedAt: at(90) }))
    assert.isUndefined(Lifetime.of({ ...ended, submittedAt: at(100) }))
  })
})
