/** What is wrong with which field, in Toloka's words: the payload of a `VALIDATION_ERROR`, and the output of a failed step. */
export interface FieldError {
  readonly code: string
  readonly message: string
  readonly params?: ReadonlyArray<string | number>
}

export type FieldErrors = Readonly<Record<string, FieldError>>

export const required: FieldError = {
  code: "VALUE_REQUIRED",
  message: "Value must be present and not equal to null"
}

export const oneOf = (values: ReadonlyArray<string>): FieldError => ({
  code: "UNKNOWN_ENUM_VALUE",
  message: `Unknown value; expected one of ${values.join(", ")}`,
  params: values
})

export const outOfBounds = (minimum: number, maximum: number): FieldError => ({
  code: "VALUE_OUT_OF_BOUNDS",
  message: `Value must be between ${minimum} and ${maximum}`,
  params: [minimum, maximum]
})

export const unknownParameter: FieldError = { code: "VALUE_NOT_ALLOWED", message: "Unknown parameter" }
export const repeated: FieldError = { code: "VALUE_NOT_ALLOWED", message: "Only one value is allowed" }
export const notDateTime: FieldError = {
  code: "INVALID_DATE_TIME_SYNTAX",
  message: "Expected a date and time in UTC without a zone, such as 2024-03-05T09:30:00.120"
}
export const notInteger: FieldError = { code: "INTEGER_EXPECTED", message: "Integer expected" }
export const notBoolean: FieldError = { code: "BOOLEAN_EXPECTED", message: "Boolean expected" }
export const notUuid: FieldError = { code: "UUID_EXPECTED", message: "UUID expected" }
export const notObject: FieldError = { code: "OBJECT_EXPECTED", message: "Object expected" }
export const noSuchEntity: FieldError = { code: "ENTITY_DOES_NOT_EXIST", message: "Entity does not exist" }
