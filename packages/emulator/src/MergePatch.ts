/** JSON Merge Patch (RFC 7396): objects merge field by field, null removes a field, anything else replaces. */
import * as Predicate from "effect/Predicate"
import type * as Schema from "effect/Schema"

export const isObject = (value: Schema.Json | undefined): value is Schema.JsonObject => Predicate.isObject(value)

export const mergePatch = (target: Schema.Json | undefined, patch: Schema.Json): Schema.Json => {
  if (!isObject(patch)) return patch
  const merged = new Map(isObject(target) ? Object.entries(target) : [])
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key)
    else merged.set(key, mergePatch(merged.get(key), value))
  }
  return Object.fromEntries(merged)
}
