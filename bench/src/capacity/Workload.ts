/** What there is to watch: how many operations, for how long each goes on, and who else has work from it. */
import { law, type Law, logNormal } from "../poll-plan-law.ts"

/** Operations of one kind. */
export interface Group {
  readonly name: string
  readonly law: Law
  /** Of all that go on at a moment, 0 to 1. */
  readonly part: number
}

export interface Workload {
  /** How many go on at a moment. As many begin as end. */
  readonly operations: number
  readonly groups: ReadonlyArray<Group>
  /** Changes an hour of one that goes on, besides its beginning and its end. */
  readonly changesPerHour: number
  /** Operations in one request to track. */
  readonly trackedAtOnce: number
  /** Polls a second that the providers have room for; infinite without a limit. */
  readonly budget: number
  readonly sources: number
  /** How long a provider takes to answer, in milliseconds. */
  readonly answerMillis: number
  /** Readers of events, and the part of all changes that one gets. */
  readonly readers: number
  readonly readerPart: number
  /** How long changes, and operations that ended, are kept; in days. */
  readonly changesKept: number
  readonly operationsKept: number
}

/** Of minutes and of days some last much longer than others; of hours all about as long. */
const shapes = new Map([
  ["minutes", logNormal(600, 1)],
  ["hours", logNormal(6 * 3_600, 0.25)],
  ["days", logNormal(86_400, 0.8)]
])

/** From `minutes=20,hours=50,days=30`, of whatever sum. */
export const groupsOf = (mix: string): ReadonlyArray<Group> => {
  const parts = mix.split(",").map((part) => {
    const [name = "", weight] = part.split("=")
    const shape = shapes.get(name)
    if (shape === undefined || !(Number(weight) > 0)) throw new Error(`--mix: ${part} is not like hours=50`)
    return { name, law: law(name, shape), part: Number(weight) }
  })
  const sum = parts.reduce((sum, { part }) => sum + part, 0)
  return parts.map((group) => ({ ...group, part: group.part / sum }))
}

export const defaultMix = "minutes=5,hours=35,days=60"

export const defaults: Omit<Workload, "groups"> = {
  operations: 100_000,
  changesPerHour: 0.1,
  trackedAtOnce: 20,
  budget: Infinity,
  sources: 2,
  answerMillis: 100,
  readers: 100,
  readerPart: 0.01,
  changesKept: 30,
  operationsKept: 90
}
