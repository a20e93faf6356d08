/** What is wrong with a script, fault, scenario or credentials document. It names places and what belongs there, never values. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"

/** One `path: problem` a line in `message`. */
export class InvalidDocument extends Schema.TaggedError<InvalidDocument>()("InvalidDocument", {
  message: Schema.String
}) {}

/** A struct whose unknown fields are mistakes, answered with the fields there are. */
export const strict = <const Fields extends Schema.Struct.Fields>(fields: Fields) =>
  Schema.Struct(fields).annotate({
    messageUnexpectedKey: `Unknown field; known here: ${Object.keys(fields).join(", ")}`
  })

/** Decodes a parsed document; unknown fields are errors, and all errors are told at once. */
export const decode = <S extends Schema.ConstraintDecoder<unknown>>(
  schema: S,
  what: string
): ((input: unknown) => Effect.Effect<S["Type"], InvalidDocument>) => {
  const decoded = Schema.decodeUnknownEffect(schema, { errors: "all", onExcessProperty: "error" })
  return (input) =>
    Effect.mapError(decoded(input), ({ issue }) => new InvalidDocument({ message: explain(what, issue) }))
}

const format = SchemaIssue.makeFormatterStandardSchemaV1()

const explain = (what: string, issue: SchemaIssue.Issue): string =>
  format(issue)
    .issues.map(({ message, path }) => {
      const place = (path ?? []).map((key) => (typeof key === "object" ? key.key : key))
      return `${place.length === 0 ? what : pathText(place)}: ${message}`
    })
    .join("\n")

const pathText = (path: ReadonlyArray<PropertyKey>): string =>
  path.reduce<string>(
    (text, key) => (typeof key === "number" ? `${text}[${key}]` : text === "" ? String(key) : `${text}.${String(key)}`),
    ""
  )
