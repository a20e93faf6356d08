/** What happens when, in milliseconds that take no time. */
import * as DueQueue from "@opwatch/tracker/DueQueue"

export interface Happening extends DueQueue.DueItem {
  readonly happen: (now: number) => void
}

export interface VirtualTime {
  readonly at: (due: number, happen: Happening["happen"]) => Happening
  readonly cancel: (happening: Happening) => void
  /** Lets happen what is due until then, and what comes of it. */
  readonly runUntil: (end: number) => void
}

export const make = (): VirtualTime => {
  const queue = DueQueue.make<Happening>()
  return {
    at: (due, happen) => {
      const happening = { due, happen, place: -1 }
      queue.add(happening)
      return happening
    },
    cancel: queue.remove,
    runUntil: (end) => {
      for (let next = queue.first(); next !== undefined && next.due <= end; next = queue.first()) {
        queue.remove(next)
        next.happen(next.due)
      }
    }
  }
}
