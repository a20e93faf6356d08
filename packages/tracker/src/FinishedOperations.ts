/**
 * Operations that have ended, so that nobody has to ask for them again. Bounded in number and in size; those asked for
 * longest ago go first, and one that is too large by itself is not kept.
 */
import type { Operation } from "@opwatch/core/Operation"

export interface Bounds {
  readonly operations: number
  /** Characters of JSON, over all operations. */
  readonly size: number
}

export interface FinishedOperations {
  readonly get: (ref: string) => Operation | undefined
  readonly add: (operation: Operation) => void
}

const defaultBounds: Bounds = { operations: 10_000, size: 64 * 1024 * 1024 }

export const make = (bounds: Bounds = defaultBounds): FinishedOperations => {
  const entries = new Map<string, { readonly operation: Operation; readonly size: number }>()
  let size = 0

  const remove = (ref: string) => {
    size -= entries.get(ref)?.size ?? 0
    entries.delete(ref)
  }

  return {
    get: (ref) => {
      const entry = entries.get(ref)
      if (entry === undefined) return undefined
      entries.delete(ref)
      entries.set(ref, entry)
      return entry.operation
    },
    add: (operation) => {
      remove(operation.ref)
      const entry = { operation, size: JSON.stringify(operation).length }
      if (entry.size > bounds.size) return
      entries.set(operation.ref, entry)
      size += entry.size
      for (const ref of entries.keys()) {
        if (entries.size <= bounds.operations && size <= bounds.size) return
        remove(ref)
      }
    }
  }
}
