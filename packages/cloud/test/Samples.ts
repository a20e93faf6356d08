/** Operations as the cloud sends them, mapped: `fhm1` on `cloud`, seen on 5 March 2024 at noon. */
import { assert } from "@effect/vitest"
import type { Operation } from "@opwatch/core/Operation"
import { OperationId, SourceName } from "@opwatch/core/Reference"
import * as Timestamp from "@opwatch/core/Timestamp"
import * as Result from "effect/Result"
import type { Json, JsonObject } from "effect/Schema"
import { toOperation } from "../src/CloudWire.ts"

const asked = { source: SourceName.make("cloud"), id: OperationId.make("fhm1") }

export const operation = (sent: JsonObject): Operation => {
  const mapped = toOperation({ id: "fhm1", ...sent }, asked, Timestamp.fromMillis(Date.UTC(2024, 2, 5, 12)))
  return Result.isSuccess(mapped) ? mapped.success : assert.fail(mapped.failure)
}

export const failed = (code: number, message: string, details: ReadonlyArray<Json> = [], rest: JsonObject = {}) =>
  operation({ done: true, error: { code, message, details: [...details] }, ...rest })
