/**
 * A row of numbers decides what is generated; where it is used up, every choice is the first. So a row that is shorter, or of
 * smaller numbers, makes something simpler, and a failure is told with the simplest row that shows it.
 */
import * as Arbitrary from "effect/Arbitrary"
import * as Schema from "effect/Schema"

export type Tape = ReadonlyArray<number>

const number = Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 65_535 })))

export const tape: Arbitrary.Arbitrary<Tape> = Arbitrary.array(number, { minLength: 60, maxLength: 60 })

export interface Choices {
  /** From 0 up to one less. */
  readonly below: (limit: number) => number
  readonly oneOf: <A>(first: A, ...others: ReadonlyArray<A>) => A
  /** The first where the row is used up. */
  readonly from: <A>(list: ReadonlyArray<A>, otherwise: A) => A
  /** Never where the row is used up. */
  readonly percent: (chance: number) => boolean
}

export const make = (tape: Tape): Choices => {
  let at = 0
  const below = (limit: number) => (tape[at++] ?? 0) % limit
  const from = <A>(list: ReadonlyArray<A>, otherwise: A): A => list[below(Math.max(1, list.length))] ?? otherwise
  return {
    below,
    from,
    oneOf: (first, ...others) => from([first, ...others], first),
    percent: (chance) => below(100) >= 100 - chance
  }
}
