/** What single things cost, from what one runner does and takes where nothing goes on, where polls show nothing new, and where some do. */
import type { Measured } from "./measure.ts"

/** One after the other, each with all operations of the benchmark. */
export interface Round {
  readonly rest: Measured
  readonly polls: Measured
  readonly changes: Measured
  /** The same as three runners. */
  readonly three: Measured
}

/** The median of all rounds, and the least and the most. */
export interface Cost {
  readonly median: number
  readonly least: number
  readonly most: number
}

export const spread = (values: ReadonlyArray<number>): Cost => {
  const sorted = values.toSorted((a, b) => a - b)
  const [least = NaN, median = NaN, most = NaN] = [sorted[0], sorted[sorted.length >> 1], sorted.at(-1)]
  return { least, median, most }
}

/** Each in the unit that its name ends with, and named as in `capacity/unit-costs.json` where it is there too. */
export const ofRounds = (
  rounds: ReadonlyArray<Round>,
  operations: number,
  /** Of a runner with nothing to poll. */
  emptyBytes: number
) => {
  const of = (cost: (round: Round) => number) => spread(rounds.map(cost))
  const memory = ({ memory: [bytes = NaN] }: Measured) => (bytes - emptyBytes) / operations
  return {
    /** Processor time of a runner: in each second, for a poll that shows nothing new, for a change that it stores, and for another's. */
    idleMillis: of(({ rest }) => 1_000 * idle(rest, runner)),
    pollMillis: of((round) => 1_000 * poll(round, runner)),
    changeMillis: of((round) => 1_000 * change(round, runner)),
    followMillis: of((round) => 1_000 * follow(round)),
    /** Processor time of Postgres with one runner. */
    databaseIdleMillis: of(({ rest }) => 1_000 * idle(rest, postgres)),
    databaseChangeMillis: of((round) => 1_000 * change(round, postgres)),
    /** How long it takes to store the changes that go together, and how many do. */
    writeMillis: of(({ changes: { counted } }) => (1_000 * counted.writing) / counted.writes),
    changesPerWrite: of(({ changes: { changes, counted } }) => changes / counted.writes),
    walChangeBytes: of(({ changes: { changes, wal } }) => wal / changes),
    /** Of a runner, and what an operation adds to it: one that is polled hardly ever, and one at the rate of the benchmark. */
    memoryBaseBytes: spread([emptyBytes]),
    memoryOperationBytes: of(({ rest }) => memory(rest)),
    memoryPolledOperationBytes: of(({ polls }) => memory(polls))
  }
}

type Part = (measured: Measured) => number

const runner: Part = ({ servers }) => servers.reduce((sum, cpu) => sum + cpu, 0)
const postgres: Part = (measured) => measured.postgres

const idle = (rest: Measured, part: Part) => part(rest) / rest.seconds

const poll = ({ polls, rest }: Round, part: Part) =>
  (part(polls) - idle(rest, part) * polls.seconds) / polls.counted.polls

const change = (round: Round, part: Part) => {
  const { changes, rest } = round
  const others = idle(rest, part) * changes.seconds + poll(round, part) * changes.counted.polls
  return (part(changes) - others) / changes.changes
}

/** Of each change two of three runners hear. */
const follow = (round: Round) => {
  const { changes, counted, seconds } = round.three
  const own = 3 * idle(round.rest, runner) * seconds + poll(round, runner) * counted.polls
  return (runner(round.three) - own - change(round, runner) * changes) / (2 * changes)
}
