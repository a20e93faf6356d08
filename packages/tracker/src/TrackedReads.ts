/**
 * Unfinished operations that are tracked and polled here, as the store has them, for those who ask for them again and again: as
 * many as there is room for. What was read counts only while its digest is that of what is known, so a change needs no telling.
 */
import type { CompactOperation } from "@opwatch/core/CompactOperation"
import type { Operation } from "@opwatch/core/Operation"
import * as Digest from "./Digest.ts"
import type { Entries } from "./Entries.ts"
import type { LastPoll } from "./LastPoll.ts"
import * as RecentlyUsed from "./RecentlyUsed.ts"

export interface TrackedReads {
  /** As last polled: the same object until it is polled again. */
  readonly get: (ref: string) => Operation | undefined
  /** What the store has of an operation that was seen, which is given back as last polled. */
  readonly add: (operation: CompactOperation) => Operation
}

interface Read {
  readonly stored: CompactOperation
  readonly digest: number
  polledAt: number
  operation: Operation
}

const defaultBounds: RecentlyUsed.Bounds = { operations: 10_000, size: 32 * 1024 * 1024 }

export const make = (
  entries: Pick<Entries, "get">,
  lastPoll: LastPoll,
  bounds: RecentlyUsed.Bounds = defaultBounds
): TrackedReads => {
  const reads = RecentlyUsed.make<Read>(bounds)

  return {
    get: (ref) => {
      const entry = entries.get(ref)
      if (entry?.tracked !== true) return undefined
      const read = reads.get(ref)
      if (read === undefined || read.digest !== entry.digest) return undefined
      if (read.polledAt !== entry.polledAt) {
        read.polledAt = entry.polledAt
        read.operation = lastPoll.of(read.stored)
      }
      return read.operation
    },
    add: (stored) => {
      const entry = entries.get(stored.ref)
      const polledAt = entry?.polledAt ?? 0
      const operation = lastPoll.of(stored)
      const digest = Digest.of(stored)
      if (entry?.tracked === true && entry.digest === digest) {
        reads.add(stored.ref, { stored, digest, polledAt, operation }, JSON.stringify(stored).length)
      }
      return operation
    }
  }
}
