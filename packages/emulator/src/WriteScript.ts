/** How the operation behind a write runs: some time waiting, some time running, and then its end. */
import * as Duration from "effect/Duration"
import type * as Schema from "effect/Schema"
import type { Plan } from "./Batch.ts"
import type { BatchKind } from "./BatchKind.ts"
import type { Script } from "./Script.ts"
import type { WriteParameters } from "./WriteParameters.ts"

type Started = Script & { readonly id: string }

const run = (type: string, parameters: Schema.JsonObject, millis: number, end: Schema.JsonObject) => ({
  operation: { type, parameters },
  steps: [
    { after: Duration.millis(millis * 0.2), set: { status: "RUNNING", progress: 0 } },
    { after: Duration.millis(millis * 0.6), set: { progress: 50 } },
    { after: Duration.millis(millis), set: { status: "SUCCESS", progress: 100, ...end } }
  ]
})

export const ofBatch = (
  kind: BatchKind,
  { details, status }: Plan,
  log: ReadonlyArray<Schema.JsonObject>,
  { allowDefaults, openPool, operationId, skipInvalidItems }: WriteParameters,
  millis: number
): Started => {
  const parameters = {
    skip_invalid_items: skipInvalidItems,
    ...(kind.hasPool ? { allow_defaults: allowDefaults, open_pool: openPool } : {})
  }
  return { api: "toloka", id: operationId, log, ...run(kind.operationType, parameters, millis, { status, details }) }
}

export const ofPool = (id: string, type: "POOL.OPEN" | "POOL.CLOSE", poolId: string, millis: number): Started => ({
  api: "toloka",
  id,
  ...run(type, { pool_id: poolId }, millis, {})
})

/** The step of an otherwise successful upload whose pool could not be opened. */
export const poolOpenFailed = (poolId: string): Schema.JsonObject => ({
  type: "POOL_OPEN",
  success: false,
  input: { pool_id: Number(poolId) },
  output: { code: "POOL_LOCKED_BY_ANOTHER_OPERATION", message: "Pool is locked by another operation" }
})
