import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { execFile } from "node:child_process"
import { promisify } from "node:util"
import * as GoesOn from "../../src/waiting/GoesOn.ts"

const left = { code: "WaitTimedOut", why: "time ran out", total: 3, goesOn: true, resume: ["wait"] } as const

describe("GoesOn", () => {
  it("names the one that goes on", () => {
    const { hint, message, ref } = GoesOn.failure({ ...left, refs: ["cloud/a"] })
    assert.strictEqual(message, "time ran out; cloud/a is not done and goes on")
    assert.strictEqual(hint, "resume with: opwatch wait cloud/a")
    assert.strictEqual(ref, "cloud/a")
  })

  it("counts several, and does not say that they go on after a cancel", () => {
    const { message, ref } = GoesOn.failure({ ...left, refs: ["cloud/a", "cloud/b"], goesOn: false })
    assert.strictEqual(message, "time ran out; 2 of 3 operations are not done")
    assert.strictEqual(ref, undefined)
  })

  it("makes no command of hundreds of references", () => {
    const refs = Array.from({ length: 51 }, (_, index) => `cloud/${index}`)
    assert.strictEqual(
      GoesOn.failure({ ...left, refs }).hint,
      "resume with: opwatch wait -, and the references on standard input"
    )
  })

  it.effect.prop(
    "quotes words so that a shell gives them back",
    [Schema.Array(Schema.String.check(Schema.isPattern(/^[^\0\ud800-\udfff]*$/)))],
    ([words]) =>
      Effect.promise(async () => {
        const script = `printf '%s\\0' ${GoesOn.commandLine(words).slice("opwatch".length)}`
        const { stdout } = await promisify(execFile)("/bin/sh", ["-c", script])
        assert.strictEqual(stdout, words.length === 0 ? "\0" : words.map((word) => `${word}\0`).join(""))
      }),
    { arbitrary: { runs: 20 } }
  )
})
