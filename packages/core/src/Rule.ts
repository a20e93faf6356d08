/**
 * Rules of explanation. A rule looks at the facts and says what follows from them, or nothing; it is pure and knows of no
 * other rule, so a list of rules is data that grows by one entry at a time.
 */
import type { Diagnosis } from "./Diagnosis.ts"
import type { LogDigest } from "./LogDigest.ts"
import type { Operation } from "./Operation.ts"

export interface Facts {
  readonly operation: Operation
  readonly log: LogDigest
}

export type Rule = (facts: Facts) => Partial<Diagnosis> | undefined

/** What all of the rules say, in their order; the first subject is the one. */
export const apply = (rules: ReadonlyArray<Rule>, facts: Facts): Diagnosis => {
  const said = rules.flatMap((rule) => rule(facts) ?? [])
  const subject = said.find((diagnosis) => diagnosis.subject !== undefined)?.subject
  return {
    ...(subject === undefined ? {} : { subject }),
    notes: said.flatMap(({ notes = [] }) => notes),
    causes: said.flatMap(({ causes = [] }) => causes),
    next: said.flatMap(({ next = [] }) => next),
    supportIds: said.flatMap(({ supportIds = [] }) => supportIds)
  }
}
