/** The query parameters of a create request. */
import { randomUUID } from "node:crypto"
import * as Result from "effect/Result"
import type { BatchKind } from "./BatchKind.ts"
import { type FieldError, type FieldErrors, notBoolean, notUuid, repeated, unknownParameter } from "./FieldErrors.ts"
import type { Parameters } from "./Listing.ts"

export interface WriteParameters {
  readonly asyncMode: boolean
  /** The client's, or a new one. */
  readonly operationId: string
  readonly skipInvalidItems: boolean
  readonly openPool: boolean
  readonly allowDefaults: boolean
}

const uuid = /^[0-9a-f]{8}(-?)[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{12}$/i

export const parse = (kind: BatchKind, parameters: Parameters): Result.Result<WriteParameters, FieldErrors> => {
  const ofPool = kind.hasPool ? ["open_pool", "allow_defaults"] : []
  const booleans = new Set(["async_mode", "skip_invalid_items", ...ofPool])
  const problemOf = (name: string, value: string | ReadonlyArray<string>): FieldError | undefined => {
    if (typeof value !== "string") return repeated
    if (name === "operation_id") return uuid.test(value) ? undefined : notUuid
    if (!booleans.has(name)) return unknownParameter
    return value === "true" || value === "false" ? undefined : notBoolean
  }
  const errors = Object.entries(parameters).flatMap(([name, value]) => {
    const problem = problemOf(name, value)
    return problem === undefined ? [] : [[name, problem] as const]
  })
  if (errors.length > 0) return Result.fail(Object.fromEntries(errors))
  const { operation_id } = parameters
  return Result.succeed({
    asyncMode: parameters.async_mode === "true",
    operationId: typeof operation_id === "string" ? operation_id : randomUUID(),
    skipInvalidItems: parameters.skip_invalid_items === "true",
    openPool: parameters.open_pool === "true",
    allowDefaults: parameters.allow_defaults === "true"
  })
}
