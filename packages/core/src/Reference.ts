/**
 * A reference names one operation: the source it lives on and its id there. Every text form is parsed here, before any
 * request is made, so an id can never change the path of a request.
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

/** Lower-case letters, digits and dashes, so that a name is also a path segment and, dashes replaced, a variable name. */
export const SourceName = Schema.String.check(
  Schema.isPattern(/^[a-z][a-z0-9-]{0,62}$/u, {
    expected: "a source name: up to 63 lower-case letters, digits and dashes"
  })
).pipe(Schema.brand("SourceName"))
export type SourceName = typeof SourceName.Type

/** One path segment of up to 500 letters, digits and `._~-`, never `.` or `..`: safe to put in a URL as it is, and in an index. */
export const OperationId = Schema.String.check(
  Schema.isPattern(/^(?!\.{1,2}$)[A-Za-z0-9._~-]{1,500}$/u, {
    expected: "an operation id: up to 500 letters, digits and ._~-",
    arbitraryConstraint: { patterns: [{ source: "^[A-Za-z0-9._~-]{1,500}$", flags: "" }] }
  })
).pipe(Schema.brand("OperationId"))
export type OperationId = typeof OperationId.Type

export const Reference = Schema.Struct({ source: SourceName, id: OperationId })
export type Reference = typeof Reference.Type

export const make = (source: SourceName, id: OperationId): Reference => ({ source, id })

/** The short form, `source/id`, which `parse` reads back. */
export const format = (reference: Reference): string => `${reference.source}/${reference.id}`

/** Text that names no operation; `expected` says what would have been right. */
export class InvalidReference extends Schema.TaggedError<InvalidReference>()("InvalidReference", {
  input: Schema.String,
  expected: Schema.String
}) {
  override get message() {
    return `"${this.input}" is not a reference to an operation: ${this.expected}`
  }
}

/** A well-formed reference to a source that is not configured. */
export class UnknownSource extends Schema.TaggedError<UnknownSource>()("UnknownSource", {
  source: Schema.String,
  known: Schema.Array(Schema.String)
}) {
  override get message() {
    return `there is no source "${this.source}"; the known ones are ${this.known.join(", ")}`
  }
}

/** Where the operations of a source are found: `<url>/operations/<id>`. */
export interface Location {
  readonly source: SourceName
  readonly url: string
}

export interface ParseOptions {
  readonly locations: ReadonlyArray<Location>
  /** The source of a bare id. */
  readonly source?: SourceName | undefined
}

const isId = Schema.is(OperationId)
const isSourceName = Schema.is(SourceName)
const idForm = "an id is one path segment of up to 500 letters, digits and ._~-"

/** Reads `source/id`, a whole URL on a known location (its `/log` form included), or, with a default source, a bare id. */
export const parse = (input: string, options: ParseOptions): Result.Result<Reference, InvalidReference> => {
  const text = input.trim()
  const invalid = (expected: string) => Result.fail(new InvalidReference({ input, expected }))
  if (/^https?:\/\//i.test(text)) return parseUrl(text, options, invalid)
  const slash = text.indexOf("/")
  if (slash < 0) {
    if (!isId(text)) return invalid(idForm)
    if (options.source === undefined) return invalid("write source/id, as in toloka/" + text + ", or name a source")
    return Result.succeed(make(options.source, text))
  }
  const source = text.slice(0, slash)
  const id = text.slice(slash + 1)
  if (!isSourceName(source)) return invalid("it begins with the name of a source, as in toloka/<id>")
  if (!isId(id)) return invalid(idForm)
  return Result.succeed(make(source, id))
}

const parseUrl = (
  text: string,
  options: ParseOptions,
  invalid: (expected: string) => Result.Result<never, InvalidReference>
): Result.Result<Reference, InvalidReference> => {
  const url = normalizeUrl(text)
  const matches = options.locations.flatMap(({ source, url: base }) => {
    const prefix = `${normalizeUrl(base).replace(/\/+$/, "")}/operations/`
    return url.startsWith(prefix) ? [{ source, id: url.slice(prefix.length).replace(/\/log$/, "") }] : []
  })
  const match = matches.find(({ source }) => source === options.source) ?? matches[0]
  if (match === undefined) return invalid("the URL of an operation on a known source is <base URL>/operations/<id>")
  if (!isId(match.id)) return invalid(idForm)
  return Result.succeed(make(match.source, match.id))
}

/** Without scheme and default port; the host in lower case. */
const normalizeUrl = (text: string): string =>
  text.replace(/^https?:\/\/([^/?#]*)/i, (_, host: string) => host.toLowerCase().replace(/:(80|443)$/, ""))
