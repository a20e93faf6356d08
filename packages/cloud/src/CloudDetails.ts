/**
 * The details that error bodies and failed operations carry: `google.rpc` types and the vendor's own quota type. Each rule
 * says what one type means in core's words; a type without a rule is passed over and stays in the operation's details.
 */
import * as Option from "effect/Option"
import type * as Duration from "effect/Duration"
import type { Json, JsonObject } from "effect/Schema"
import { isObject } from "@opwatch/core/FieldReader"
import { type Cause, cause, type NextStep } from "@opwatch/core/Diagnosis"
import * as DurationText from "@opwatch/core/DurationText"
import * as CloudQuota from "./CloudQuota.ts"

export interface Meaning {
  /** They say as much as the error's own message does. */
  readonly causes?: ReadonlyArray<Cause>
  /** They add to the error's own message. */
  readonly additions?: ReadonlyArray<Cause>
  readonly next?: ReadonlyArray<NextStep>
  readonly supportIds?: ReadonlyArray<string>
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
  meanings(details).flatMap(({ supportIds = [] }) => supportIds)[0]

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

const vendorQuota = (violation: JsonObject): Meaning => {
  const metric = isObject(violation["metric"]) ? violation["metric"] : {}
  const name = text(metric, "name")
  const [limit, usage, required] = [text(metric, "limit"), text(metric, "usage"), text(violation, "required")]
  const figures = [
    limit === undefined ? undefined : `limit ${limit}`,
    usage === undefined ? undefined : `used ${usage}`,
    required === undefined ? undefined : `required ${required}`
  ].filter((part) => part !== undefined)
  const message = `${name ?? "a quota"} is exceeded${figures.length === 0 ? "" : ` (${figures.join(", ")})`}`
  return { causes: [CloudQuota.exceeded(message, name)], next: [CloudQuota.advice(name)] }
}

const rpcQuota = (violation: JsonObject): Meaning => {
  const [subject, description] = [text(violation, "subject"), text(violation, "description")]
  const metric = CloudQuota.metricIn(`${subject ?? ""} ${description ?? ""}`)
  return {
    causes: [CloudQuota.exceeded(description ?? "a quota is exceeded", metric ?? subject)],
    next: [CloudQuota.advice(metric)]
  }
}

const all = (each: ReadonlyArray<Meaning>): Meaning => ({
  causes: each.flatMap(({ causes = [] }) => causes),
  next: each.flatMap(({ next = [] }) => next)
})

/** Fields of `ErrorInfo.metadata` that hold ids of requests and traces. */
const idName = /^(?:x[-_])?(?:client[-_]?|server[-_]?)?(?:request|trace)[-_]?id$/i

const rulesByType: Record<string, (detail: JsonObject) => Meaning> = {
  "yandex.cloud.quota.QuotaFailure": (detail) => all(list(detail, "violations").map(vendorQuota)),
  "google.rpc.QuotaFailure": (detail) => all(list(detail, "violations").map(rpcQuota)),
  "google.rpc.BadRequest": (detail) => ({
    causes: list(detail, "fieldViolations").map((violation) =>
      cause("INVALID_FIELD", text(violation, "description") ?? "is not valid", text(violation, "field"))
    )
  }),
  "google.rpc.PreconditionFailure": (detail) => ({
    additions: list(detail, "violations").map((violation) =>
      cause(
        text(violation, "type") ?? "PRECONDITION",
        text(violation, "description") ?? "a precondition does not hold",
        text(violation, "subject")
      )
    )
  }),
  "google.rpc.ErrorInfo": (detail) => {
    const reason = text(detail, "reason")
    const metadata = isObject(detail["metadata"]) ? detail["metadata"] : {}
    return {
      additions:
        reason === undefined
          ? []
          : [cause(reason, `the reason, as ${text(detail, "domain") ?? "the service"} names it`)],
      supportIds: Object.keys(metadata).flatMap((name) => (idName.test(name) ? (text(metadata, name) ?? []) : []))
    }
  },
  "google.rpc.ResourceInfo": (detail) => {
    const about = words(detail, ["resourceType", "resourceName", "description"], " ")
    return about === "" ? {} : { additions: [cause("RESOURCE", `it is about ${about}`)] }
  },
  "google.rpc.DebugInfo": (detail) => {
    const about = text(detail, "detail")
    return about === undefined ? {} : { additions: [cause("DEBUG", about)] }
  },
  "google.rpc.LocalizedMessage": (detail) => ({ next: steps([words(detail, ["message"], "")]) }),
  "google.rpc.Help": (detail) => ({
    next: steps(list(detail, "links").map((link) => words(link, ["description", "url"], ": ")))
  }),
  "google.rpc.RetryInfo": (detail) => {
    const delay = Option.getOrUndefined(DurationText.parse(text(detail, "retryDelay") ?? ""))
    return delay === undefined
      ? {}
      : {
          retryDelay: delay,
          next: steps([`The service asks for a pause of ${DurationText.format(delay)} first.`])
        }
  },
  "google.rpc.RequestInfo": (detail) => ({
    supportIds: ["requestId", "servingData"].flatMap((name) => text(detail, name) ?? [])
  })
}

/** A map, for the type is the provider's word and may be a name that every object has. */
const rules = new Map(Object.entries(rulesByType))
