/** Which servers share the polls, what each of them has, and how far behind it is: for people and programs to read. */
import * as Schema from "effect/Schema"
import { required } from "./Field.ts"
import { SourceName } from "./Reference.ts"
import { Timestamp } from "./Timestamp.ts"

const Count = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }))
const Rate = Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1e9 }))

const Partitions = Schema.Array(Count)

/** What a runner may spend on polls of a source that has a budget. */
export const BudgetShare = Schema.Struct({
  source: required(SourceName, "Whose budget it is"),
  pollsPerSecond: required(Rate, "The runner's share: so many polls a second may begin"),
  priceMillis: required(Schema.Finite, "The lateness, in milliseconds, that a poll is worth there now")
}).annotate({ identifier: "BudgetShare" })
export type BudgetShare = typeof BudgetShare.Type

const told = {
  version: required(Schema.String, "Of opwatch"),
  startedAt: required(Timestamp, "Since when it runs"),
  partitions: required(Partitions, "The numbers of those that it has, of 64"),
  operations: required(Count, "How many it polls"),
  pollsPerSecond: required(Rate, "How many polls began, over the last half minute"),
  latenessMillis: required(Count, "One in twenty of these polls began later after it was due"),
  overdueMillis: required(Count, "For how long the poll that is due longest has been due; 0 if none is"),
  budgets: required(Schema.Array(BudgetShare), "Its share of each poll budget")
}

/** What a runner tells of itself. Versions run side by side: a field is never taken away, and one that is added is optional. */
export const RunnerReport = Schema.Struct({
  ...told,
  leaseMillis: required(Count, "How long it may be silent before it counts as lost"),
  leaving: required(Schema.Boolean, "It was told to stop")
})
export type RunnerReport = typeof RunnerReport.Type

export const RunnerState = Schema.Literals(["alive", "leaving", "lost"])
export type RunnerState = typeof RunnerState.Type

export const Runner = Schema.Struct({
  address: required(Schema.String, "What it is known by in the cluster"),
  state: required(RunnerState, "leaving: it was told to stop. lost: it was silent for longer than its lease"),
  silentMillis: required(Count, "How long ago it told what stands here; 0 of the one that answers"),
  ...told
}).annotate({ identifier: "Runner" })
export type Runner = typeof Runner.Type

export const Cluster = Schema.Struct({
  answeredBy: required(Schema.String, "The address of the runner that was asked"),
  runners: required(Schema.Array(Runner), "By address; one that is lost with what it told last"),
  unowned: required(Partitions, "The partitions that no runner has but lost ones: nobody polls what is in them")
}).annotate({ identifier: "Cluster" })
export type Cluster = typeof Cluster.Type
