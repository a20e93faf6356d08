/** What goes wrong, how often, and for which requests. The same seed gives the same run of decisions. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Delay } from "./Delay.ts"
import { decode as decodeDocument, strict } from "./InvalidDocument.ts"
import { Api, OperationId } from "./Script.ts"

const shared = {
  rate: Schema.Number.check(
    Schema.isBetween({ minimum: 0, maximum: 1 }, { expected: "a share of requests from 0 to 1" })
  ).pipe(Schema.withDecodingDefaultKey(Effect.succeed(1))),
  seed: Schema.Int.pipe(Schema.withDecodingDefaultKey(Effect.succeed(1))),
  api: Schema.optionalKey(Api),
  operation: Schema.optionalKey(OperationId),
  times: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThanOrEqualTo(0, { expected: "a count of 0 or more" })))
}

const plain = ["internal", "badGateway", "unavailable", "reset", "notJson", "truncated"] as const

export const Fault = Schema.Union([
  strict({
    kind: Schema.Literal("throttled"),
    /** Seconds; no header when absent. */
    retryAfter: Schema.optionalKey(
      Schema.Int.check(Schema.isGreaterThanOrEqualTo(0, { expected: "whole seconds, 0 or more" }))
    ),
    ...shared
  }),
  strict({
    kind: Schema.Literal("slow"),
    delay: Delay.pipe(Schema.withDecodingDefaultTypeKey(Effect.succeed(Duration.seconds(2)))),
    ...shared
  }),
  ...plain.map((kind) => strict({ kind: Schema.Literal(kind), ...shared }))
]).annotate({ message: `Expected a fault: an object whose kind is one of throttled, slow, ${plain.join(", ")}` })
export type Fault = typeof Fault.Type

export const decodeAll = decodeDocument(Schema.Array(Fault), "faults")
export const encode = Schema.encodeSync(Fault)
