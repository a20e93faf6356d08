/**
 * What a poll must cost for all the polls of a source to fit its budget. One price for all is fair: the same lateness is worth
 * a poll everywhere, what is likely to end soon is polled first, and every delay stays finite, so that nothing starves.
 */
import * as Effect from "effect/Effect"

export interface Budget {
  /** Requests a second that polls may take. */
  readonly requests: number
  /** The price in milliseconds where there is room for all. */
  readonly leastPrice: number
}

/** Polls a second of an operation that is polled again after so many milliseconds. */
export const rateOf = (delay: number): number => 1_000 / delay

/**
 * The lowest price, on a scale of four steps to an octave, at which no more polls a second are wanted than the budget has.
 * `wanted` falls about as the root of the price, which takes two or three tries. From the price of before the search is shortest.
 */
export const priceThatFits = Effect.fnUntraced(function* (
  { leastPrice, requests }: Budget,
  wanted: (price: number) => Effect.Effect<number>,
  before: number = leastPrice
) {
  const priceAt = (step: number) => leastPrice * 2 ** (step / stepsPerOctave)
  let [low, high] = [-1, steps]
  let step = Math.min(steps, Math.max(0, Math.round(stepsPerOctave * Math.log2(before / leastPrice))))
  while (high - low > 1) {
    const polls = yield* wanted(priceAt(step))
    if (polls <= requests) high = step
    else low = step
    const aim = step + Math.ceil(2 * stepsPerOctave * Math.log2(polls / requests))
    step = Math.min(high - 1, Math.max(low + 1, aim))
  }
  return priceAt(high)
})

const stepsPerOctave = 4

/** A poll is never worth more than thirty octaves of the least price. */
const steps = 30 * stepsPerOctave
