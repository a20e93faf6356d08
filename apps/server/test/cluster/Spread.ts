/** How numbers are spread, for people to read: most of them and the worst. */

export interface Spread {
  readonly count: number
  readonly p50: number
  readonly p95: number
  readonly most: number
}

/** `NaN` of none. */
export const of = (values: ReadonlyArray<number>): Spread => {
  const sorted = values.toSorted((one, other) => one - other)
  const at = (part: number) => Math.round(sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? NaN)
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), most: at(1) }
}
