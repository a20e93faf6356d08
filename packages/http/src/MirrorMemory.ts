/**
 * The latest answers of providers in their own words. Bounded in number and in size; those asked for longest ago go first, and
 * one that is too large by itself is not kept.
 */
import type { Operation } from "@opwatch/core/Operation"

export interface Answered {
  readonly operation: Operation
  /** What the provider sent, as JSON. */
  readonly text: string
}

export interface MirrorMemory {
  readonly get: (ref: string) => Answered | undefined
  readonly put: (answered: Answered) => void
}

export interface Bounds {
  readonly answers: number
  /** Characters of JSON, over all answers. */
  readonly size: number
}

const defaultBounds: Bounds = { answers: 10_000, size: 32 * 1024 * 1024 }

export const make = (bounds: Bounds = defaultBounds): MirrorMemory => {
  const kept = new Map<string, Answered>()
  let size = 0

  const remove = (ref: string) => {
    size -= kept.get(ref)?.text.length ?? 0
    kept.delete(ref)
  }

  return {
    get: (ref) => {
      const answered = kept.get(ref)
      if (answered === undefined) return undefined
      kept.delete(ref)
      kept.set(ref, answered)
      return answered
    },
    put: (answered) => {
      const { ref } = answered.operation
      remove(ref)
      if (answered.text.length > bounds.size) return
      kept.set(ref, answered)
      size += answered.text.length
      for (const oldest of kept.keys()) {
        if (kept.size <= bounds.answers && size <= bounds.size) return
        remove(oldest)
      }
    }
  }
}
