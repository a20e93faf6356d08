/** What may stand in the query of requests about what is tracked. */
import { Labels } from "@opwatch/core/Tracking"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"
import { kind, pageSizeUpTo, pageTokenForm, source, state } from "./Parameters.ts"

const labelForm = "a label as name=value, the name up to 63 letters, digits and ._/-"

const LabelText = Schema.String.check(
  Schema.isPattern(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,62}=/u, { expected: labelForm, description: labelForm })
)

/** `label=name=value`, once for each that must match; a name that is given twice counts with its last value. */
const labels = Schema.Array(LabelText).pipe(
  Schema.decodeTo(
    Labels,
    SchemaTransformation.transformEffect({
      decode: (texts) => Effect.succeed(Object.fromEntries(texts.map(pairOf))),
      encode: (labels) => Effect.succeed(Object.entries(labels).map(([name, value]) => `${name}=${value}`))
    })
  )
)

const pairOf = (text: string): readonly [string, string] => {
  const at = text.indexOf("=")
  return [text.slice(0, at), text.slice(at + 1)]
}

/** Must all match. */
export const label = Schema.optionalKey(labels)

/** The conditions of lists and streams, which must all hold. */
export const conditions = {
  source: Schema.optionalKey(source),
  state,
  kind,
  label
}

export const defaultPageSize = 100

/** Entries on a page: `defaultPageSize` unless told otherwise. */
export const pageSize = pageSizeUpTo(1_000)

/** Where a page begins; clients take it from `nextPageToken` as it is. */
export const pageToken = Schema.optionalKey(
  Schema.String.check(Schema.isPattern(/^[\x21-\x7e]{1,200}$/u, pageTokenForm))
)
