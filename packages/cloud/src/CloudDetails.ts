/**
 * The details that error bodies and failed operations carry: `google.rpc` types and the vendor's own quota type. Each rule
 * says what one type means in core's words; a type without a rule is passed over and stays in the operation's details.
 */
import * as Option from "effect/Option"
import type * as Duration from "effect/Duration"
import type { Json, JsonObject } from "effect/Schema"
import { isObject, present } from "@opwatch/core/FieldReader"
import type { Cause, NextStep } from "@opwatch/core/Diagnosis"
import * as DurationText from "@opwatch/core/DurationText"

export interface Meaning {
  readonly causes?: ReadonlyArray<Cause>
  readonly next?: ReadonlyArray<NextStep>
  readonly requestId?: string | undefined
  readonly retryDelay?: Duration.Duration | undefined
}

/** The meaning of each detail that has a rule. */
export const meanings = (details: ReadonlyArray<Json>): ReadonlyArray<Meaning> =>
  details.filter(isObject).flatMap((detail) => {
    const rule = rules.get(typeOf(detail))
    return rule === undefined ? [] : [rule(detail)]
  })

/** The request id that support asks for, where a detail carries one. */
export const requestId = (details: ReadonlyArray<Json>): string | undefined =>
  meanings(details).find((meaning) => meaning.requestId !== undefined)?.requestId

/** The pause that a detail asks for. */
export const retryDelay = (details: ReadonlyArray<Json>): Duration.Duration | undefined =>
  meanings(details).find((meaning) => meaning.retryDelay !== undefined)?.retryDelay

const typeOf = ({ "@type": type }: JsonObject): string =>
  typeof type === "string" ? type.slice(type.lastIndexOf("/") + 1) : ""

const text = (object: JsonObject, name: string): string | undefined => {
  const value = object[name]
  return typeof value === "string" && value !== "" ? value : typeof value === "number" ? String(value) : undefined
}

const list = (object: JsonObject, name: string): ReadonlyArray<JsonObject> => {
  const value = object[name]
  return Array.isArray(value) ? value.filter(isObject) : []
}

/** The texts of the fields that are there. */
const words = (object: JsonObject, names: ReadonlyArray<string>, separator: string): string =>
  names.flatMap((name) => text(object, name) ?? []).join(separator)

const steps = (texts: ReadonlyArray<string>): ReadonlyArray<NextStep> =>
  texts.filter((text) => text !== "").map((text) => ({ text }))

const cause = (code: string, message: string, field?: string): Cause => ({
  code,
  ...present({ field }),
  message,
  count: 1,
  items: []
})

const quota = (violation: JsonObject): Meaning => {
  const metric = isObject(violation["metric"]) ? violation["metric"] : {}
  const name = text(metric, "name")
  const [limit, usage, required] = [text(metric, "limit"), text(metric, "usage"), text(violation, "required")]
  const figures = [
    limit === undefined ? undefined : `limit ${limit}`,
    usage === undefined ? undefined : `used ${usage}`,
    required === undefined ? undefined : `required ${required}`
  ].filter((part) => part !== undefined)
  const message = `${name ?? "a quota"} is exceeded${figures.length === 0 ? "" : ` (${figures.join(", ")})`}`
  return {
    causes: [cause("QUOTA_EXCEEDED", message, name)],
    next: [
      name?.endsWith(".rate") === true
        ? { text: `${name} is a limit on how often: try again later, or less at once.` }
        : {
            text: `Free some of ${name ?? "what it counts"}, or ask for a larger quota; trying again as it is will fail again.`
          }
    ]
  }
}

const rulesByType: Record<string, (detail: JsonObject) => Meaning> = {
  "yandex.cloud.quota.QuotaFailure": (detail) => {
    const each = list(detail, "violations").map(quota)
    return { causes: each.flatMap(({ causes = [] }) => causes), next: each.flatMap(({ next = [] }) => next) }
  },
  "google.rpc.QuotaFailure": (detail) => ({
    causes: list(detail, "violations").map((violation) =>
      cause("QUOTA_EXCEEDED", text(violation, "description") ?? "a quota is exceeded", text(violation, "subject"))
    )
  }),
  "google.rpc.BadRequest": (detail) => ({
    causes: list(detail, "fieldViolations").map((violation) =>
      cause("INVALID_FIELD", text(violation, "description") ?? "is not valid", text(violation, "field"))
    )
  }),
  "google.rpc.PreconditionFailure": (detail) => ({
    causes: list(detail, "violations").map((violation) =>
      cause(
        text(violation, "type") ?? "PRECONDITION",
        text(violation, "description") ?? "a precondition does not hold",
        text(violation, "subject")
      )
    )
  }),
  "google.rpc.ErrorInfo": (detail) => {
    const reason = text(detail, "reason")
    return reason === undefined
      ? {}
      : { causes: [cause(reason, `reported by ${text(detail, "domain") ?? "the service"}`)] }
  },
  "google.rpc.ResourceInfo": (detail) => {
    const about = words(detail, ["resourceType", "resourceName", "description"], " ")
    return about === "" ? {} : { causes: [cause("RESOURCE", about)] }
  },
  "google.rpc.LocalizedMessage": (detail) => ({ next: steps([words(detail, ["message"], "")]) }),
  "google.rpc.Help": (detail) => ({
    next: steps(list(detail, "links").map((link) => words(link, ["description", "url"], ": ")))
  }),
  "google.rpc.RetryInfo": (detail) => ({
    retryDelay: Option.getOrUndefined(DurationText.parse(text(detail, "retryDelay") ?? ""))
  }),
  "google.rpc.RequestInfo": (detail) => ({ requestId: text(detail, "requestId") })
}

/** A map, for the type is the provider's word and may be a name that every object has. */
const rules = new Map(Object.entries(rulesByType))
