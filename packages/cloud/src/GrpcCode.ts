/** The codes of `google.rpc.Code`, which the cloud uses in error bodies and in an operation's own error. */
const names = [
  "OK",
  "CANCELLED",
  "UNKNOWN",
  "INVALID_ARGUMENT",
  "DEADLINE_EXCEEDED",
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "PERMISSION_DENIED",
  "RESOURCE_EXHAUSTED",
  "FAILED_PRECONDITION",
  "ABORTED",
  "OUT_OF_RANGE",
  "UNIMPLEMENTED",
  "INTERNAL",
  "UNAVAILABLE",
  "DATA_LOSS",
  "UNAUTHENTICATED"
] as const

export type GrpcCode = (typeof names)[number]

/** The name of a code; a number without a name stays as text. */
export const nameOf = (code: number): string => names[code] ?? String(code)

/** The code of a name, or of a number that stayed as text. */
export const numberOf = (name: string): number | undefined => {
  const code = names.findIndex((known) => known === name)
  return code >= 0 ? code : /^\d{1,4}$/.test(name) ? Number(name) : undefined
}
