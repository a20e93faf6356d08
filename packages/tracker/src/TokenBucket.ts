/** Lets through so many a second, and after a pause as many as one second would have had, at once. */

export interface TokenBucket {
  /** From when on the next one may go, in milliseconds. */
  readonly ready: () => number
  /** One goes, at this moment. */
  readonly take: (now: number) => void
}

/** The rate may change at any time, and may be infinite. */
export const make = (perSecond: () => number): TokenBucket => {
  /** By when the bucket is full again. */
  let full = -Infinity
  return {
    ready: () => full - 1_000,
    take: (now) => {
      full = Math.max(full, now) + 1_000 / perSecond()
    }
  }
}
