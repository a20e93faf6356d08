/** A scenario document: what the emulator runs and what goes wrong from the start. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Delay } from "./Delay.ts"
import { Fault } from "./Fault.ts"
import { decode as decodeDocument, strict } from "./InvalidDocument.ts"
import { Script } from "./Script.ts"

export const Scenario = strict({
  operations: Schema.Array(Script),
  faults: Schema.Array(Fault).pipe(Schema.withDecodingDefaultKey(Effect.succeed([]))),
  /** How long the operations run that a write to Toloka starts; a second by default. */
  operationTime: Schema.optionalKey(Delay)
})
export type Scenario = typeof Scenario.Type

/** Takes a parsed JSON or YAML value; the error names every wrong place and what belongs there. */
export const decode = decodeDocument(Scenario, "scenario")
