/** The id of an event is the sequence number of its change in text: whoever names one has been told all before it. */
import * as Option from "effect/Option"

export const fromSequence = (sequence: number): string => String(sequence)

/** None for what was never an id. */
export const parse = (id: string): Option.Option<number> =>
  /^(0|[1-9]\d{0,15})$/.test(id) ? Option.filter(Option.some(Number(id)), Number.isSafeInteger) : Option.none()
