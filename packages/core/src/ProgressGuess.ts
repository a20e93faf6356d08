/**
 * What an operation's own progress tells of its end. The end is guessed from the pace, the surer the further it is, and weighed
 * against the history of its kind; a small part stays with the history alone, so that a progress which stands still is soon
 * not believed any more.
 */
import * as LearnedPlan from "./LearnedPlan.ts"
import * as Survival from "./Survival.ts"

/** How far an operation is, from nought to one. */
export interface Advance {
  readonly part: number
  /** The age in milliseconds at which it was first seen to be as far. */
  readonly since: number
  /** The part done in a millisecond of late. */
  readonly speed: number
}

/** What a poll at this age adds, of one that was begun at the age `begun`. No progress yet, or nothing left, tells nothing. */
export const advance = (
  before: Advance | undefined,
  percent: number,
  age: number,
  begun: number = 0
): Advance | undefined => {
  const part = percent / 100
  if (!(part > 0 && part < 1 && age > begun)) return undefined
  if (part === before?.part) return before
  if (before === undefined || part < before.part || age <= before.since) {
    return { part, since: age, speed: part / (age - begun) }
  }
  const gained = part - before.part
  const weight = gained / (gained + 0.1)
  const recent = gained / (age - before.since)
  return { part, since: age, speed: before.speed ** (1 - weight) * recent ** weight }
}

export interface ProgressGuess {
  readonly since: number
  /** How long after `since` it ends: as many sooner as later. */
  readonly median: number
  /** Of the logarithm of that time, as a logistic law has it. */
  readonly spread: number
  readonly survival: Survival.Survival
}

/** To be made anew where the progress or what is known of the kind changes. */
export const make = ({ part, since, speed }: Advance, survival: Survival.Survival): ProgressGuess => {
  const remaining = (1 - part) / speed
  const spread = 0.1 + 0.4 * (1 - part) + 0.005 / (1 - part)
  const [early = 1, middle = 1, late = 1] = [0.75, 0.5, 0.25].map((left) =>
    Math.max(1, Survival.ageWhenLeft((age) => Survival.at(survival, age), since, left) - since)
  )
  const usual = Math.max(0.01, Math.log(late / early) / (2 * Math.log(3)))
  const trust = spread ** -2 / (spread ** -2 + usual ** -2)
  const apart = Math.log(remaining / middle)
  return {
    since,
    median: middle * Math.exp(trust * apart),
    spread: Math.sqrt(trust * spread ** 2 + trust * (1 - trust) * apart ** 2),
    survival
  }
}

/** The part of such operations that lasts longer than this age. */
export const leftAt = ({ median, since, spread, survival }: ProgressGuess, age: number): number => {
  if (age <= since) return 1
  const byProgress = 1 / (1 + ((age - since) / median) ** (1 / spread))
  return (1 - unmoved) * byProgress + (unmoved * Survival.at(survival, age)) / Survival.at(survival, since)
}

/**
 * The delay in milliseconds at an age in milliseconds: to where the part that ends on the way is √(2 × price × survival ×
 * density), as between any two polls of the best plan, nearly.
 */
export const delay = (guess: ProgressGuess, price: number, age: number): number => {
  const now = leftAt(guess, age)
  let [from, before] = [0, now]
  for (let to = LearnedPlan.shortest; to < longest; to *= 1.1) {
    const after = leftAt(guess, age + to)
    const density = (before - after) / (to - from)
    if (now - after >= Math.sqrt(2 * price * after * density) && now > after) return to
    ;[from, before] = [to, after]
  }
  return longest
}

const unmoved = 0.03
const longest = 30 * 86_400_000
