/** Values by reference, bounded in number and in size: those used longest ago go first, and one too large by itself is not kept. */

export interface Bounds {
  readonly operations: number
  /** Characters of JSON, over all operations. */
  readonly size: number
}

export interface RecentlyUsed<A> {
  readonly get: (ref: string) => A | undefined
  /** In place of the one that was there. */
  readonly add: (ref: string, value: A, size: number) => void
}

export const make = <A>(bounds: Bounds): RecentlyUsed<A> => {
  const entries = new Map<string, { readonly value: A; readonly size: number }>()
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
      return entry.value
    },
    add: (ref, value, ownSize) => {
      remove(ref)
      if (ownSize > bounds.size) return
      entries.set(ref, { value, size: ownSize })
      size += ownSize
      for (const oldest of entries.keys()) {
        if (entries.size <= bounds.operations && size <= bounds.size) return
        remove(oldest)
      }
    }
  }
}
