/** The part of all references that one owner polls. The number of partitions and the hash never change: both are in stores. */
import type { Reference } from "@opwatch/core/Reference"
import { format } from "@opwatch/core/Reference"

export const count = 64

/** 0 to 63, by the 32-bit FNV-1a hash of the short form. */
export const of = (reference: Reference): number => {
  let hash = 0x811c9dc5
  for (const character of format(reference)) {
    hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193)
  }
  return (hash >>> 0) % count
}
