/**
 * A script tells how one operation behaves, in the words of its provider. The operation at a moment is `operation` with
 * every step whose time has come merged over it, in order of time.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Delay } from "./Delay.ts"
import { decode as decodeDocument, strict } from "./InvalidDocument.ts"
import { Log } from "./Log.ts"

export const Api = Schema.Literals(["toloka", "cloud"])
export type Api = typeof Api.Type

/** One path segment of letters, digits and `._~-`. */
export const OperationId = Schema.String.check(
  Schema.isPattern(/^(?!\.{1,2}$)[A-Za-z0-9._~-]+$/, { expected: "letters, digits and ._~-, and neither . nor .." })
)

/** `after` counts from the creation of the operation; `body` and `httpStatus` hold until the next step. */
export const Step = strict({
  after: Delay.pipe(Schema.withDecodingDefaultTypeKey(Effect.succeed(Duration.zero))),
  set: Schema.optionalKey(Schema.JsonObject),
  body: Schema.optionalKey(Schema.String),
  httpStatus: Schema.optionalKey(
    Schema.Int.check(Schema.isBetween({ minimum: 200, maximum: 599 }, { expected: "an HTTP status of 200 to 599" }))
  )
})
export type Step = typeof Step.Type

/** What becomes of a cancel: the operation ends so much later, or the service refuses, or nothing happens. */
export const Cancel = Schema.Union([
  strict({ after: Delay }),
  Schema.Literal("unsupported"),
  Schema.Literal("ignored")
]).annotate({ message: 'Expected { after: <duration> }, "unsupported" or "ignored"' })
export type Cancel = typeof Cancel.Type

/** The verb that the cancel route is known under; both are in the vendor's documents. */
export const CancelVerb = Schema.Literals(["GET", "POST"])
export type CancelVerb = typeof CancelVerb.Type

const shared = {
  id: Schema.optionalKey(OperationId),
  operation: Schema.JsonObject.pipe(Schema.withDecodingDefaultKey(Effect.succeed({}))),
  steps: Schema.Array(Step).pipe(Schema.withDecodingDefaultKey(Effect.succeed([])))
}

export const Script = Schema.Union([
  strict({
    api: Schema.Literal("toloka"),
    ...shared,
    log: Schema.optionalKey(Log)
  }),
  strict({
    api: Schema.Literal("cloud"),
    ...shared,
    cancel: Cancel.pipe(Schema.withDecodingDefaultKey(Effect.succeed({ after: "300 millis" }))),
    cancelVerb: Schema.optionalKey(CancelVerb)
  })
]).annotate({ message: 'Expected a script: an object with api "toloka" or "cloud"' })
export type Script = typeof Script.Type

export const decode = decodeDocument(Script, "script")
export const decodeAll = decodeDocument(Schema.Array(Script), "scripts")
