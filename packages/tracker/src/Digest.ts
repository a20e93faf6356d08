/**
 * A number that tells two observations of an operation apart, so that one that is known need not be kept in memory to see
 * whether the next differs. Stores hold it: the way it is computed never changes.
 */
import type { CompactOperation } from "@opwatch/core/CompactOperation"
import { substance } from "@opwatch/core/Operation"

/** 53 bits over its substance. */
export const of = (operation: CompactOperation): number => hash(JSON.stringify(substance(operation)))

/** Two 32-bit multiplicative hashes side by side, mixed at the end. */
const hash = (text: string): number => {
  let high = 0xdeadbeef
  let low = 0x41c6ce57
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    high = Math.imul(high ^ code, 0x9e3779b1)
    low = Math.imul(low ^ code, 0x5f356495)
  }
  high = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35)
  low = Math.imul(low ^ (low >>> 16), 0x85ebca6b) ^ Math.imul(high ^ (high >>> 13), 0xc2b2ae35)
  return 0x100000000 * (high & 0x1fffff) + (low >>> 0)
}
