/**
 * What to do about the error of an operation. A message that is recognised says more than its code; of those the first that
 * fits speaks, and the code only where none does.
 */
import { cause, type Diagnosis, type NextStep } from "@opwatch/core/Diagnosis"
import type { Operation } from "@opwatch/core/Operation"
import * as Reference from "@opwatch/core/Reference"
import { nameOfTarget } from "@opwatch/core/Summary"
import * as Schema from "effect/Schema"
import * as CloudQuota from "./CloudQuota.ts"

interface MessageRule {
  readonly message: RegExp
  /** `match` is what the pattern found in the message. */
  readonly means: (operation: Operation, match: RegExpExecArray) => Partial<Diagnosis>
}

const isId = Schema.is(Reference.OperationId)

const next = (...steps: ReadonlyArray<NextStep>): Partial<Diagnosis> => ({ next: steps })

/** What the operation works on, to be looked at. */
const thing = ({ target }: Operation): string => (target === undefined ? "what it works on" : nameOfTarget(target))

const messageRules: ReadonlyArray<MessageRule> = [
  {
    message: /limit on maximum number of active operations/i,
    means: () =>
      next({
        text: "Too many operations run at the same time. Wait until one of them has ended, then start this one again."
      })
  },
  {
    message: /conflicting operation[\s:"'`«“]{1,5}([A-Za-z0-9][A-Za-z0-9_~-]{0,99})["'`»”.]{0,3}\s{1,3}detected/i,
    means: ({ source }, [, other]) =>
      isId(other)
        ? next({
            text: `Operation ${other} is changing the same thing. Wait until it has ended, then start this one again.`,
            command: `opwatch wait ${source}/${other}`
          })
        : {}
  },
  {
    message: /\bquota\b.*\b(?:exceeded|exceeds)\b|\bexceed(?:s|ed)\b.*\bquota\b/is,
    means: ({ error }) => {
      const metric = CloudQuota.metricIn(error?.message ?? "")
      return { causes: [CloudQuota.exceeded(error?.message ?? "", metric)], next: [CloudQuota.advice(metric)] }
    }
  },
  {
    message: /no changes (?:were )?detected/i,
    means: (operation) => ({
      notes: ["Nothing had to be changed: what was asked for was so already."],
      ...next({ text: `That is often harmless. If ${thing(operation)} is as you want it, nothing is left to do.` })
    })
  },
  {
    message: /^\s*unknown error\W*$/i,
    means: (operation) => unexplained(operation)
  },
  {
    message: /unknown api key/i,
    means: () =>
      next({
        text: "The API key has been revoked, or belongs to the other installation (cloud or cloud-kz): use a key of this one."
      })
  },
  {
    message: /token is invalid or has expired/i,
    means: () =>
      next({
        text: "The token that it was started with has expired: IAM tokens live 12 hours at most. Start it again with a new one."
      })
  }
]

const unexplained = (operation: Operation): Partial<Diagnosis> =>
  next({
    text: `The cloud tells no more than that. Start it again; if it fails again, give support the ids listed here${operation.target === undefined ? "" : ` and that of ${thing(operation)}`}.`
  })

const starter = ({ createdBy }: Operation): string =>
  createdBy === undefined ? "the account that started it" : `the account that started it, ${createdBy},`

const notOpwatch = "It is not about the credential that opwatch asks with."

const codeRules: Readonly<Record<string, (operation: Operation) => Partial<Diagnosis>>> = {
  UNKNOWN: unexplained,
  INVALID_ARGUMENT: () => next({ text: "Correct the request, then start it again; as it is, it will fail again." }),
  DEADLINE_EXCEEDED: (operation) =>
    next({
      text: `It took longer than the service allows, and may be done in part: look at ${thing(operation)} before you start it again.`
    }),
  NOT_FOUND: () =>
    next({ text: "Something that it needs does not exist, or no longer does: check the ids in the request." }),
  ALREADY_EXISTS: () => next({ text: "What it was to create exists already: use that, or choose another name." }),
  PERMISSION_DENIED: (operation) =>
    next({ text: `Give ${starter(operation)} the role that is missing, then start it again. ${notOpwatch}` }),
  RESOURCE_EXHAUSTED: () =>
    next({
      text: "A limit was reached: start it again later; if that does not help, ask the cloud's support for a larger quota."
    }),
  FAILED_PRECONDITION: (operation) =>
    next({ text: `The state of ${thing(operation)} does not allow it: put that right first, then start it again.` }),
  ABORTED: () => next({ text: "Another change came in its way: start it again." }),
  OUT_OF_RANGE: () =>
    next({ text: "A value in the request is outside of what is allowed: correct it, then start it again." }),
  UNIMPLEMENTED: () => next({ text: "The service cannot do this: starting it again does not help." }),
  INTERNAL: () =>
    next({ text: "The fault is in the cloud: start it again; if it fails again, give support the ids listed here." }),
  UNAVAILABLE: () =>
    next({ text: "The service was not available. The operation is not tried again by itself: start it again later." }),
  DATA_LOSS: () => next({ text: "Data was lost or damaged: ask the cloud's support, with the ids listed here." }),
  UNAUTHENTICATED: (operation) =>
    next({
      text: `The credential of ${starter(operation)} was not accepted: start it again with a valid one. ${notOpwatch}`
    })
}

const byCode = new Map(Object.entries(codeRules))

/** A message is recognised by its beginning: patterns over a text of any length could take any time. */
const longest = 1_000

/** What a recognised message means. */
export const ofMessage = (operation: Operation): Partial<Diagnosis> | undefined => {
  const message = (operation.error?.message ?? "").slice(0, longest)
  for (const rule of messageRules) {
    const match = rule.message.exec(message)
    if (match !== null) return { causes: ownCauses(operation), ...rule.means(operation, match) }
  }
  return undefined
}

/** What the code alone means. */
export const ofCode = (operation: Operation): Partial<Diagnosis> =>
  (byCode.get(operation.error?.code ?? "") ?? unexplained)(operation)

/** The error as the provider tells it. */
export const ownCauses = ({ error }: Operation) => (error === undefined ? [] : [cause(error.code, error.message)])
