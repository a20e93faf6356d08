import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import * as DueQueue from "../src/DueQueue.ts"

interface Item extends DueQueue.DueItem {
  readonly name: number
}

const Times = Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 50 })))

const drain = (queue: DueQueue.DueQueue<Item>): ReadonlyArray<number> => {
  const taken: Array<number> = []
  for (let first = queue.first(); first !== undefined; first = queue.first()) {
    queue.remove(first)
    taken.push(first.due)
  }
  return taken
}

describe("a queue of what is due", () => {
  it.prop("gives the earliest first, whatever was taken out of its middle", [Times, Times], ([times, removed]) => {
    const queue = DueQueue.make<Item>()
    const items = times.map((due, name): Item => ({ due, name, place: -1 }))
    for (const item of items) queue.add(item)
    const gone = new Set(removed.flatMap((at) => items[at % Math.max(1, items.length)] ?? []))
    for (const item of gone) queue.remove(item)
    const left = items.filter((item) => !gone.has(item))
    assert.strictEqual(queue.size(), left.length)
    assert.deepStrictEqual(
      drain(queue),
      left.map(({ due }) => due).toSorted((a, b) => a - b)
    )
    assert.isTrue(items.every(({ place }) => place === -1))
  })

  it("takes an item again that it gave", () => {
    const queue = DueQueue.make<Item>()
    const item = { due: 5, name: 1, place: -1 }
    queue.add(item)
    queue.remove(item)
    queue.remove(item)
    item.due = 1
    queue.add({ due: 2, name: 2, place: -1 })
    queue.add(item)
    assert.deepStrictEqual(drain(queue), [1, 2])
  })
})
