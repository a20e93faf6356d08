/**
 * What an operation's metadata says, by rule and without a registry of types: every published type ends in `Metadata`,
 * and in nearly all of them the first field that ends in `Id` names the target.
 */
import type { Json, JsonObject } from "effect/Schema"
import { isObject } from "@opwatch/core/FieldReader"
import type { Target } from "@opwatch/core/Operation"

/** `type.googleapis.com/yandex.cloud.compute.v1.CreateInstanceMetadata` as `yandex.cloud.compute.v1.CreateInstance`. */
export const kindOf = (metadata: JsonObject): string | undefined => {
  const type = metadata["@type"]
  if (typeof type !== "string") return undefined
  return type.slice(type.lastIndexOf("/") + 1).replace(/Metadata$/, "") || undefined
}

/** Of a batch that works on one thing, that one; several are no single target, and stay in the metadata. */
export const targetOf = (metadata: JsonObject): Target | undefined => {
  for (const [name, value] of Object.entries(metadata)) {
    if (/^[a-z]\w*Id$/.test(name) && isText(value)) return { type: name.slice(0, -2), id: value }
    if (/^[a-z]\w*Ids$/.test(name) && Array.isArray(value) && value.length === 1 && isText(value[0])) {
      return { type: name.slice(0, -3), id: value[0] }
    }
  }
  const { id, name } = metadata
  const kind = kindOf(metadata)
  if (kind?.includes(".storage.") === true && isText(name)) return { type: "bucket", id: name }
  return isText(id) ? { type: thingOf(kind), id } : undefined
}

/** Percent done, from whichever of the known counters is there. */
export const progressOf = (metadata: JsonObject): number | undefined => {
  const nested = isObject(metadata["progress"]) ? metadata["progress"]["progress"] : undefined
  return (
    percent(metadata["progressPercentage"], 100) ??
    percent(metadata["currentStep"], metadata["totalSteps"]) ??
    percent(metadata["completedBatches"], metadata["totalBatches"]) ??
    percent(metadata["processedRows"], metadata["totalRows"]) ??
    percent(nested, 100)
  )
}

/** Whole percent, rounded down so that 100 means all; 64-bit numbers come as text. */
const percent = (part: Json | undefined, whole: Json | undefined): number | undefined => {
  const [x, y] = [toNumber(part), toNumber(whole)]
  return x === undefined || y === undefined || y <= 0 || x < 0 || x > y ? undefined : Math.floor((100 * x) / y)
}

const toNumber = (value: Json | undefined): number | undefined => {
  const number = typeof value === "string" && /^\d+(\.\d+)?$/.test(value) ? Number(value) : value
  return typeof number === "number" && Number.isFinite(number) ? number : undefined
}

const isText = (value: Json | undefined): value is string => typeof value === "string" && value !== ""

/** The last word of a kind without its verb: `CreateKey` as `key`. */
const thingOf = (kind: string | undefined): string => {
  const word = /^(?:[A-Z][a-z]+)?([A-Z]\w*)$/.exec(kind?.slice(kind.lastIndexOf(".") + 1) ?? "")?.[1] ?? "resource"
  return `${word.charAt(0).toLowerCase()}${word.slice(1)}`
}
