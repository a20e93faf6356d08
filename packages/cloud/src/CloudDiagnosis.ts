/** What the cloud's own words mean, for somebody who has never seen its API. */
import type { Diagnosis } from "@opwatch/core/Diagnosis"
import type { LogDigest } from "@opwatch/core/LogDigest"
import type { Operation } from "@opwatch/core/Operation"
import * as Rule from "@opwatch/core/Rule"
import * as CloudDetails from "./CloudDetails.ts"
import * as CloudErrorAdvice from "./CloudErrorAdvice.ts"
import * as CloudOperationLog from "./CloudOperationLog.ts"
import * as CloudQuota from "./CloudQuota.ts"
import * as CloudResult from "./CloudResult.ts"

export const diagnose = (operation: Operation, log: LogDigest): Diagnosis => Rule.apply(rules, { operation, log })

/** From the most telling to the least: figures of a quota, a message that is recognised, the code alone. */
const failure: Rule.Rule = ({ operation }) => {
  const { error } = operation
  if (error === undefined || operation.state === "cancelled") return undefined
  const meanings = CloudDetails.meanings(error.details)
  const causes = meanings.flatMap(({ causes = [] }) => causes)
  const isQuota = causes.some(({ code }) => code === CloudQuota.code)
  const said = isQuota ? {} : (CloudErrorAdvice.ofMessage(operation) ?? CloudErrorAdvice.ofCode(operation))
  return {
    notes: said.notes ?? [],
    causes: [
      ...(causes.length > 0 ? causes : (said.causes ?? CloudErrorAdvice.ownCauses(operation))),
      ...meanings.flatMap(({ additions = [] }) => additions)
    ],
    next: [...(said.next ?? []), ...meanings.flatMap(({ next = [] }) => next)]
  }
}

const supportIds: Rule.Rule = ({ operation: { error } }) => ({
  supportIds: CloudDetails.meanings(error?.details ?? []).flatMap(({ supportIds = [] }) => supportIds)
})

const rules: ReadonlyArray<Rule.Rule> = [failure, supportIds, CloudOperationLog.lastStep, ...CloudResult.rules]
