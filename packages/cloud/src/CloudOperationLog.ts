/**
 * The log that managed databases carry in the operation's metadata: actions on clusters and their hosts, with the time at
 * which each began. It does not tell how an action ended, so no step of it counts as failed.
 */
import type { Json, JsonObject } from "effect/Schema"
import { isObject, present } from "@opwatch/core/FieldReader"
import type { LogStep } from "@opwatch/core/LogStep"
import type { Operation } from "@opwatch/core/Operation"
import type { Rule } from "@opwatch/core/Rule"
import * as Timestamp from "@opwatch/core/Timestamp"
import * as Option from "effect/Option"

interface Action {
  readonly action: string
  /** In words: `host rc1a-….mdb.yandexcloud.net`. */
  readonly on: string | undefined
  readonly startedAt: Timestamp.Timestamp | undefined
  readonly input: JsonObject
  readonly raw: JsonObject
}

/** A step for each action, clusters before their hosts; none where the operation carries no log. */
export const steps = ({ metadata, ref }: Operation): ReadonlyArray<LogStep> | undefined =>
  actionsOf(metadata)?.map(({ action, input, raw }, index): LogStep => ({
    ref,
    index,
    type: action,
    success: true,
    input,
    raw
  }))

const actionsOf = (metadata: Json | undefined): ReadonlyArray<Action> | undefined => {
  const log = isObject(metadata) ? metadata["operationLog"] : undefined
  if (!isObject(log)) return undefined
  return objects(log["entities"]).flatMap((entity) => {
    const { hosts, ...cluster } = entity
    const clusterId = text(entity["clusterId"])
    return [
      ...(text(entity["action"]) === undefined ? [] : [toAction(cluster, "cluster", clusterId, clusterId)]),
      ...objects(hosts).map((host) => toAction(host, "host", text(host["fqdn"]), clusterId))
    ]
  })
}

const toAction = (raw: JsonObject, type: string, name: string | undefined, clusterId: string | undefined): Action => {
  const startedAt = text(raw["startedAt"])
  return {
    action: text(raw["action"]) ?? "UNKNOWN",
    on: name === undefined ? undefined : `${type} ${name}`,
    startedAt: Option.getOrUndefined(Timestamp.fromRfc3339(startedAt ?? "")),
    input: present({ clusterId, fqdn: text(raw["fqdn"]), startedAt }),
    raw
  }
}

const objects = (value: Json | undefined): ReadonlyArray<JsonObject> =>
  Array.isArray(value) ? value.filter(isObject) : []

const text = (value: Json | undefined): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined

/** The one begun last; of those begun together the last named, so a host rather than its cluster. */
const latest = ([first, ...rest]: ReadonlyArray<Action>): Action | undefined =>
  rest.reduce((last, action) => {
    if (action.startedAt === undefined) return last?.startedAt === undefined ? action : last
    return last?.startedAt === undefined || Timestamp.order(action.startedAt, last.startedAt) >= 0 ? action : last
  }, first)

/** Where it stands, or stood when it failed. */
export const lastStep: Rule = ({ operation }) => {
  const actions = operation.state === "succeeded" ? [] : (actionsOf(operation.metadata) ?? [])
  const last = latest(actions)
  if (last === undefined) return undefined
  const place = last.on === undefined ? "" : ` on ${last.on}`
  const time =
    last.startedAt === undefined ? "" : `, at ${last.startedAt.slice(0, 10)} ${last.startedAt.slice(11, 19)} UTC`
  return {
    notes: [`The last step that it began was "${last.action}"${place}${time}.`],
    next: [{ text: "See every step that it began.", command: `opwatch log ${operation.ref}` }]
  }
}
