/** Fields of a struct with what they mean, as JSON Schema and OpenAPI pass it on. */
import * as Schema from "effect/Schema"

export const required = <S extends Schema.Top>(schema: S, description: string): S["Rebuild"] =>
  schema.annotate({ description })

/** Absent means that it is not known, or that there is nothing to tell. */
export const optional = <S extends Schema.Top>(schema: S, description: string): Schema.optionalKey<S["Rebuild"]> =>
  Schema.optionalKey(required(schema, description))
