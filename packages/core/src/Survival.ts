/**
 * The part of the operations of a kind that lasts longer than each age. It never grows with the age and is never nought:
 * beyond the table it falls as it does for operations of which nothing is known.
 */
export interface Survival {
  /** The part at `ageAt` of each index. Empty where nothing is known. */
  readonly values: Float64Array
}

/** The age in milliseconds of an index of the table: so many to an octave. */
export const ageAt = (index: number): number => 2 ** (firstOctave + index / perOctave)

/** Where an age lies in the table, from below nought to beyond its end. */
export const indexOf = (millis: number): number => (Math.log2(millis) - firstOctave) * perOctave

/** Operations of which nothing is known end at this rate per age, at any age but the first. */
export const ageHazard = 0.75

/** The part that lasts longer, of operations of which nothing is known. */
export const unknown = (millis: number): number => (1 + millis / unknownFrom) ** -ageHazard

/** The part that lasts longer than this age. */
export const at = ({ values }: Survival, millis: number): number => {
  if (values.length === 0) return unknown(millis)
  const index = indexOf(millis)
  const last = values.length - 1
  if (index >= last) return (values[last] ?? 0) * 2 ** (((last - index) / perOctave) * ageHazard)
  if (!(index > 0)) return 1 - (1 - (values[0] ?? 1)) * (millis / ageAt(0))
  const whole = Math.floor(index)
  const [from, to] = [values[whole] ?? 0, values[whole + 1] ?? 0]
  return from + (to - from) * (index - whole)
}

/** The age, after `millis`, at which `part` is left of what was left there: of a curve that falls to nought. */
export const ageWhenLeft = (leftAt: (millis: number) => number, millis: number, part: number): number => {
  const wanted = leftAt(millis) * part
  let [low, high] = [millis, Math.max(1, 2 * millis)]
  while (leftAt(high) > wanted && high < longest) [low, high] = [high, high * 2]
  while (high - low > 1e-6 * high) {
    const middle = (low + high) / 2
    if (leftAt(middle) > wanted) low = middle
    else high = middle
  }
  return high
}

export const firstOctave = 5
export const perOctave = 64

const unknownFrom = 500
const longest = 2 ** 50
