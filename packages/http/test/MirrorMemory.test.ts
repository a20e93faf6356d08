import { OperationId, SourceName } from "@opwatch/core/Reference"
import * as Timestamp from "@opwatch/core/Timestamp"
import { assert, describe, it } from "@effect/vitest"
import * as MirrorMemory from "../src/MirrorMemory.ts"

const answered = (id: string, text: string): MirrorMemory.Answered => ({
  operation: {
    ref: id,
    source: SourceName.make("cloud"),
    provider: "cloud",
    id: OperationId.make(id),
    state: "running",
    done: false,
    observedAt: Timestamp.fromMillis(0)
  },
  text
})

const kept = (memory: MirrorMemory.MirrorMemory) => ["a", "b", "c"].filter((id) => memory.get(id) !== undefined)

describe("MirrorMemory", () => {
  it("forgets what was asked for longest ago", () => {
    const memory = MirrorMemory.make({ answers: 2, size: 100 })
    memory.put(answered("a", "1"))
    memory.put(answered("b", "2"))
    memory.get("a")
    memory.put(answered("c", "3"))
    assert.deepStrictEqual(kept(memory), ["a", "c"])
  })

  it("keeps no more than so many characters, and not what is larger by itself", () => {
    const memory = MirrorMemory.make({ answers: 10, size: 10 })
    memory.put(answered("a", "12345"))
    memory.put(answered("b", "12345"))
    memory.put(answered("b", "1234567890"))
    assert.deepStrictEqual(kept(memory), ["b"])
    memory.put(answered("c", "12345678901"))
    assert.deepStrictEqual(kept(memory), ["b"])
    memory.put(answered("b", "1"))
    memory.put(answered("a", "123456789"))
    assert.deepStrictEqual(kept(memory), ["a", "b"])
  })
})
