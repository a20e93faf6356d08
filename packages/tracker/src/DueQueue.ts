/** A binary heap of what is due at a time, the earliest first. An item is in one queue at most, and may be taken out anywhere. */

export interface DueItem {
  /** Never changed while the item is in a queue. */
  due: number
  /** Kept by the queue: where in it the item is, -1 if nowhere. */
  place: number
}

export interface DueQueue<A extends DueItem> {
  readonly size: () => number
  readonly first: () => A | undefined
  /** All that are in it now, in no order. */
  readonly all: () => ReadonlyArray<A>
  readonly add: (item: A) => void
  /** Nothing happens if the item is in no queue. */
  readonly remove: (item: A) => void
}

export const make = <A extends DueItem>(): DueQueue<A> => {
  const items: Array<A> = []

  const put = (item: A, place: number) => {
    items[place] = item
    item.place = place
  }

  const rise = (item: A, from: number) => {
    let place = from
    while (place > 0) {
      const above = (place - 1) >> 1
      const parent = items[above]
      if (parent === undefined || parent.due <= item.due) break
      put(parent, place)
      place = above
    }
    put(item, place)
  }

  const sink = (item: A, from: number) => {
    let place = from
    for (;;) {
      const left = items[2 * place + 1]
      const right = items[2 * place + 2]
      const least = right !== undefined && left !== undefined && right.due < left.due ? right : left
      if (least === undefined || least.due >= item.due) break
      const below = least.place
      put(least, place)
      place = below
    }
    put(item, place)
  }

  return {
    size: () => items.length,
    first: () => items[0],
    all: () => items.slice(),
    add: (item) => rise(item, items.length),
    remove: (item) => {
      const { place } = item
      if (place < 0) return
      const last = items.pop()
      item.place = -1
      if (last === undefined || last === item) return
      sink(last, place)
      rise(last, last.place)
    }
  }
}
