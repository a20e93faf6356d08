import { assert, describe, it } from "@effect/vitest"
import * as Durations from "@opwatch/core/Durations"
import * as Digest from "../src/Digest.ts"
import * as Entry from "../src/Entry.ts"
import * as LastPoll from "../src/LastPoll.ts"
import * as TrackedReads from "../src/TrackedReads.ts"
import { at, operation, reference, source } from "./Samples.ts"

const stored = operation("a", "running", { progress: 10 })

const setup = (...ids: ReadonlyArray<string>) => {
  const entries = new Map(
    ids.map((id) => {
      const entry = Entry.make({
        reference: reference(id),
        kind: { source },
        tracked: true,
        standing: { seen: true, born: 0, failures: 0, failingSince: 0 },
        state: "running",
        digest: Digest.of({ ...stored, ...reference(id), ref: `cloud/${id}` }),
        due: 0
      })
      return [entry.ref, entry] as const
    })
  )
  return {
    entries,
    reads: TrackedReads.make(entries, LastPoll.make(entries, Durations.make()), { operations: 2, size: 10_000 })
  }
}

describe("TrackedReads", () => {
  it("gives what was read as last polled, the same object until the next poll", () => {
    const { entries, reads } = setup("a")
    assert.isUndefined(reads.get("cloud/a"))
    const first = reads.add(stored)
    assert.strictEqual(reads.get("cloud/a"), first)
    Object.assign(entries.get("cloud/a") ?? {}, { polledAt: 5_000 })
    const later = reads.get("cloud/a")
    assert.deepStrictEqual(later, { ...stored, observedAt: at(5_000) })
    assert.strictEqual(reads.get("cloud/a"), later)
  })

  it("forgets what has changed since, and keeps nothing that changed while it was read", () => {
    const { entries, reads } = setup("a")
    reads.add(stored)
    const changed = { ...stored, progress: 20 }
    Object.assign(entries.get("cloud/a") ?? {}, { digest: Digest.of(changed) })
    assert.isUndefined(reads.get("cloud/a"))
    assert.deepStrictEqual(reads.add(stored), stored)
    assert.isUndefined(reads.get("cloud/a"))
    reads.add(changed)
    assert.deepStrictEqual(reads.get("cloud/a"), changed)
  })

  it("has nothing of what is not tracked or not polled here", () => {
    const { entries, reads } = setup("a")
    reads.add(stored)
    const entry = entries.get("cloud/a")
    Object.assign(entry ?? {}, { tracked: false })
    assert.isUndefined(reads.get("cloud/a"))
    entries.delete("cloud/a")
    assert.deepStrictEqual(reads.add(stored), stored)
    assert.isUndefined(reads.get("cloud/a"))
  })

  it("keeps those read lately, and no more of them than there is room for", () => {
    const { reads } = setup("a", "b", "c")
    for (const id of ["a", "b", "c"]) {
      reads.add({ ...stored, ...reference(id), ref: `cloud/${id}` })
      reads.get("cloud/a")
    }
    assert.deepStrictEqual(
      ["a", "b", "c"].map((id) => reads.get(`cloud/${id}`) !== undefined),
      [true, false, true]
    )
  })
})
