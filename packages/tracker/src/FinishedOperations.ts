/** Operations that have ended, so that nobody has to ask for them again: as many as there is room for. */
import type { Operation } from "@opwatch/core/Operation"
import * as RecentlyUsed from "./RecentlyUsed.ts"

export interface FinishedOperations {
  readonly get: (ref: string) => Operation | undefined
  readonly add: (operation: Operation) => void
}

const defaultBounds: RecentlyUsed.Bounds = { operations: 10_000, size: 64 * 1024 * 1024 }

export const make = (bounds: RecentlyUsed.Bounds = defaultBounds): FinishedOperations => {
  const operations = RecentlyUsed.make<Operation>(bounds)
  return {
    get: operations.get,
    add: (operation) => operations.add(operation.ref, operation, JSON.stringify(operation).length)
  }
}
