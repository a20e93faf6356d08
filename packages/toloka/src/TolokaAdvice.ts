/** What to do about Toloka's error codes, for those where the message alone does not say it. */
import type { NextStep } from "@opwatch/core/Diagnosis"
import { isObject } from "@opwatch/core/FieldReader"
import type { Operation } from "@opwatch/core/Operation"
import { isBatch } from "./TolokaKind.ts"

type Advice = (operation: Operation) => NextStep

const whatItWorksOn = ({ target }: Operation): string => (target === undefined ? "it" : `${target.type} ${target.id}`)

/** Whole batches are not sent again: what was created would be there twice. */
const again = ({ kind }: Operation): string => (isBatch(kind) ? "send what was not created again" : "start it again")

const notItsState: Advice = (operation) => {
  const states = statesOf(operation)
  const wanted = states === "" ? "is in a state that does not allow this" : `has to be ${states} for this`
  return {
    text: `${operation.target === undefined ? "What it works on" : capital(whatItWorksOn(operation))} ${wanted}: look at its state first.`
  }
}

const statesOf = ({ error }: Operation): string => {
  const [detail] = error?.details ?? []
  const payload = isObject(detail) ? detail["payload"] : undefined
  const states = isObject(payload) ? payload["appropriate_statuses"] : undefined
  return Array.isArray(states) ? states.filter((state) => typeof state === "string").join(" or ") : ""
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

const itsFault: Advice = (operation) => ({
  text: `The fault is on Toloka's side: ${again(operation)} later. If it fails again, ask its support, with the ids listed here.`
})

const checkIds: Advice = () => ({
  text: "Check the ids that were sent: what they name does not exist here. Ids of the sandbox are not those of production."
})

export const byCode: ReadonlyMap<string, Advice> = new Map<string, Advice>([
  [
    "EMPTY_POOL",
    (operation) => ({
      text: `Put tasks into ${operation.target === undefined ? "the pool" : whatItWorksOn(operation)}, then open it.`
    })
  ],
  [
    "POOL_LOCKED_BY_ANOTHER_OPERATION",
    (operation) => ({
      text: `Another operation works on the same pool. Wait until it has ended, then ${again(operation)}.`,
      command: `opwatch list ${operation.source} --state running`
    })
  ],
  ["INAPPROPRIATE_STATUS", notItsState],
  ["CONFLICT_STATE", notItsState],
  [
    "ENTITY_CONFLICT",
    () => ({ text: "Let the doubled items differ in what the message names, or send them in separate batches." })
  ],
  ["ENTITY_DOES_NOT_EXIST", checkIds],
  ["DOES_NOT_EXIST", checkIds],
  [
    "ACCESS_DENIED",
    () => ({
      text: "The account that started it may not do this: let the project's owner give it the right, or do it."
    })
  ],
  ["INTERNAL_ERROR", itsFault],
  ["REMOTE_SERVICE_UNAVAILABLE", itsFault]
])
