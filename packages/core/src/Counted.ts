/** A number with the thing that it counts, in the right form: `1 item`, `3 user bonuses`. */

export const counted = (count: number, thing: string): string =>
  `${count} ${count === 1 ? thing : /(s|x|ch|sh)$/.test(thing) ? `${thing}es` : `${thing}s`}`

/** The verb for so many: `were`, but `was` for one. */
export const were = (count: number): string => (count === 1 ? "was" : "were")
