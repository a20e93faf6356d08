import { assert, describe, it } from "@effect/vitest"
import * as Digest from "../src/Digest.ts"
import { at, operation } from "./Samples.ts"

describe("a digest", () => {
  it("is never another for the same operation, for stores hold it", () => {
    assert.strictEqual(
      Digest.of(operation("a", "running", { progress: 40, description: "Zürich" })),
      2_827_896_995_740_820
    )
  })

  it("differs with anything but the time of the observation and what is guessed from it", () => {
    const known = operation("a", "running", { progress: 40 })
    const later = {
      ...known,
      observedAt: at(9),
      expectedEnd: at(99),
      expectedEndRange: { earliest: at(98), latest: at(100) }
    }
    assert.strictEqual(Digest.of(later), Digest.of(known))
    assert.notStrictEqual(Digest.of({ ...known, progress: 41 }), Digest.of(known))
    assert.notStrictEqual(Digest.of({ ...known, description: "" }), Digest.of(known))
  })
})
