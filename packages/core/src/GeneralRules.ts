/** The rules of explanation that hold for every provider. */
import * as Duration from "effect/Duration"
import * as DurationText from "./DurationText.ts"
import type { Anomaly } from "./Operation.ts"
import type { Rule } from "./Rule.ts"
import { ageOf, nameOfTarget } from "./Summary.ts"

/** What did not fit, where it changes how the operation is to be taken. */
const anomalySentences: Partial<Record<Anomaly["code"], (anomaly: Anomaly) => string>> = {
  unknown_status: ({ message }) => `The provider calls it ${message.replace(/ is not a known status$/, "")}.`,
  error_and_result: () => "The provider sent both an error and a result; opwatch takes that for a failure.",
  other_id: ({ message }) => `Beware: ${message}, which is not the operation that was asked for.`,
  reopened: ({ message }) => `It had ended before: ${message}; opwatch keeps to the first end.`,
  changed_after_end: ({ message }) => `The provider changed its mind: ${message}; opwatch keeps to the first end.`,
  out_of_range: (anomaly) => missingCounter(anomaly),
  wrong_type: (anomaly) => missingCounter(anomaly)
}

const missingCounter = ({ field, message }: Anomaly): string =>
  field?.endsWith("_count") === true && message.endsWith("left out") ? `Not all is counted: ${field} ${message}.` : ""

const oddities: Rule = ({ operation: { anomalies = [] } }) => ({
  notes: anomalies.map((anomaly) => anomalySentences[anomaly.code]?.(anomaly) ?? "").filter((note) => note !== "")
})

const waitOn: Rule = ({ operation: { done, ref, state } }) =>
  done
    ? undefined
    : {
        next: [
          {
            text:
              state === "rolling_back" ? "Wait until that has ended; it counts as failed then." : "Wait until it ends.",
            command: `opwatch wait ${ref}`
          }
        ]
      }

const long = Duration.days(1)

const takesLong: Rule = ({ operation }) => {
  const age = ageOf(operation)
  if (operation.done || age === undefined || Duration.isLessThan(age, long)) return undefined
  const text = `If nothing moves any more after ${DurationText.format(age)}, ask the provider's support about ${operation.id}.`
  return { next: [{ text }] }
}

const leftBehind: Rule = ({ log: { missing }, operation: { counts, partial, ref } }) => {
  if (partial !== true) return undefined
  const nothing = counts?.succeeded === 0
  return {
    next: [
      ...(missing === undefined
        ? [{ text: "See which items were left behind, and why.", command: `opwatch log ${ref} --failed` }]
        : []),
      ...(missing === undefined && !nothing
        ? [{ text: "See what was created.", command: `opwatch log ${ref} --created` }]
        : []),
      {
        text: nothing ? sendAllAgain : "Correct what was left behind and send only that again: the rest exists already."
      }
    ]
  }
}

const sendAllAgain = "Correct what is wrong and send the whole batch again: nothing of it was created."

const failedSteps: Rule = ({ log: { failures }, operation: { done, partial, ref } }) =>
  done && partial !== true && failures.length > 0
    ? { next: [{ text: "See each step that failed.", command: `opwatch log ${ref} --failed` }] }
    : undefined

const failedWhole: Rule = ({ operation: { counts, state } }) =>
  state === "failed" && counts?.succeeded === 0 ? { next: [{ text: sendAllAgain }] } : undefined

const cancelled: Rule = ({ operation: { state, target } }) =>
  state === "cancelled" && target !== undefined
    ? { next: [{ text: `Look at ${nameOfTarget(target)}: what was done before the cancel may remain.` }] }
    : undefined

const lost: Rule = ({ operation: { source, state } }) =>
  state === "lost"
    ? {
        next: [
          {
            text: `Old operations are forgotten. If it is not old, check that ${source} is the right source: ids do not cross between installations.`
          }
        ]
      }
    : undefined

export const generalRules: ReadonlyArray<Rule> = [
  oddities,
  waitOn,
  takesLong,
  leftBehind,
  failedSteps,
  failedWhole,
  cancelled,
  lost
]
