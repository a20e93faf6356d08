/**
 * The configuration file: named sources, each with where it is and how to authenticate. No secret stands in it, only where
 * secrets are found.
 */
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as SchemaIssue from "effect/SchemaIssue"
import { defaultLeafHook, makeFormatterStandardSchemaV1 } from "effect/SchemaIssue"
import * as DurationText from "@opwatch/core/DurationText"
import { ProviderName } from "@opwatch/core/Operation"
import { SourceName } from "@opwatch/core/Reference"
import { ConfigurationError } from "./ConfigurationError.ts"

const VariableName = Schema.String.check(
  Schema.isPattern(/^[A-Za-z_][A-Za-z0-9_]*$/, {
    expected: "the name of an environment variable, such as TOLOKA_TOKEN, never the token itself"
  })
)

const FilePath = Schema.String.check(Schema.makeFilter((path) => path !== "", { expected: "the path of a file" }))

const Words = Schema.NonEmptyArray(Schema.String).check(
  Schema.makeFilter(([name]) => name !== "", { expected: "the words of a command, such as [yc, iam, create-token]" })
)

export const Auth = Schema.Struct({
  kind: Schema.Literals([
    "none",
    "auto",
    "oauth",
    "apiKey",
    "iamToken",
    "serviceAccountKey",
    "metadata",
    "workloadIdentity"
  ]),
  tokenEnv: Schema.optionalKey(VariableName),
  tokenFile: Schema.optionalKey(FilePath),
  tokenCommand: Schema.optionalKey(Words),
  keyFile: Schema.optionalKey(FilePath),
  keyEnv: Schema.optionalKey(VariableName),
  /** Whom workload identity acts as. */
  serviceAccountId: Schema.optionalKey(Schema.String.check(Schema.isPattern(/^[A-Za-z0-9_-]+$/, { expected: "an id" })))
})
export type Auth = typeof Auth.Type

const BaseUrl = Schema.String.check(
  Schema.makeFilter((text) => isBaseUrl(text), {
    expected: "an http or https URL without user, query or fragment, such as https://toloka.dev/api/v1"
  })
)

const DurationString = Schema.String.check(
  Schema.makeFilter((text) => Option.isSome(DurationText.parse(text)), { expected: DurationText.form })
)

/** How many requests in how long. */
export const RateLimit = Schema.Struct({
  requests: Schema.Int.check(Schema.isGreaterThanOrEqualTo(1)),
  per: DurationString
})

/** What clients of the provider's own API get from the mirror. */
export const Mirror = Schema.Struct({
  /** How old an operation may be. */
  maxAge: Schema.optionalKey(DurationString),
  /** Whether requests that opwatch does not answer itself are sent on. */
  passThrough: Schema.optionalKey(Schema.Boolean)
})

export const Source = Schema.Struct({
  provider: Schema.optionalKey(ProviderName),
  url: Schema.optionalKey(BaseUrl),
  iamUrl: Schema.optionalKey(BaseUrl),
  endpointsUrl: Schema.optionalKey(BaseUrl),
  metadataUrl: Schema.optionalKey(BaseUrl),
  authUrl: Schema.optionalKey(BaseUrl),
  auth: Schema.optionalKey(Auth),
  rateLimit: Schema.optionalKey(RateLimit),
  /** How much of the rate limit polls may take. */
  pollBudget: Schema.optionalKey(RateLimit),
  mirror: Schema.optionalKey(Mirror),
  /** Lets credentials leave this machine over plain http. */
  insecure: Schema.optionalKey(Schema.Boolean)
})
export type Source = typeof Source.Type

export const Configuration = Schema.Struct({
  sources: Schema.optionalKey(Schema.Record(SourceName, Source)),
  /** Of the server; whoever serves reads it. */
  server: Schema.optionalKey(Schema.Unknown)
})
export type Configuration = typeof Configuration.Type

export const empty: Configuration = {}

/** What a parsed document says; `path` is named in the error. */
export const fromDocument = (document: unknown, path: string): Result.Result<Configuration, ConfigurationError> => {
  const decoded = decode(document, { onExcessProperty: "error", errors: "first" })
  return Result.isSuccess(decoded)
    ? Result.succeed(decoded.success)
    : Result.fail(new ConfigurationError({ message: `${path}: ${describe(decoded.failure.issue, document)}` }))
}

const decode = Schema.decodeUnknownResult(Configuration)

const isBaseUrl = (text: string): boolean => {
  if (!URL.canParse(text)) return false
  const { hash, password, protocol, search, username } = new URL(text)
  return /^https?:$/.test(protocol) && `${username}${password}${search}${hash}` === ""
}

/** The first problem as `path: message`. Of what stands there only what cannot be a misplaced secret is shown. */
const describe = (issue: SchemaIssue.Issue, configuration: unknown): string => {
  const [first] = makeFormatterStandardSchemaV1({ leafHook: tagOrMessage })(issue).issues
  const names = (first?.path ?? []).map((part) => String(Predicate.isObject(part) ? part.key : part))
  const path = names.length === 0 ? "the configuration" : names.join(".")
  switch (first?.message) {
    case "UnexpectedKey":
      return `${path}: ${unexpected(names)}`
    case "MissingKey":
      return `${path}: is missing; it is ${required[names.at(-1) ?? ""] ?? "needed"}`
    default:
      return `${path}: ${first?.message}, got ${shown(names.at(-1), valueAt(names, configuration))}`
  }
}

const tagOrMessage: SchemaIssue.LeafHook = (leaf) =>
  leaf._tag === "UnexpectedKey" || leaf._tag === "MissingKey" ? leaf._tag : defaultLeafHook(leaf)

const unexpected = (names: ReadonlyArray<string>): string => {
  if (names.length === 2) return "is no name for a source; one has lower-case letters, digits and dashes"
  const [, , part] = names
  const { fields } = names.length === 1 ? Configuration : names.length === 3 ? Source : partNamed(part)
  return `no such field; the known ones are ${Object.keys(fields).join(", ")}${secretRemedy(names.at(-1) ?? "")}`
}

const partNamed = (name: string | undefined) => (name === "auth" ? Auth : name === "mirror" ? Mirror : RateLimit)

const secretRemedy = (name: string): string =>
  /token|key|secret|password/i.test(name)
    ? " (secrets are not written in a configuration: name a variable with tokenEnv or a file with tokenFile)"
    : ""

const required: Readonly<Record<string, string>> = {
  kind: `one of ${Auth.fields.kind.literals.join(", ")}`,
  requests: "a whole number, 1 or more",
  per: DurationText.form
}

const plain = new Set(["provider", "kind", "requests", "per", "insecure", "maxAge", "passThrough"])

const valueAt = (names: ReadonlyArray<string>, value: unknown): unknown =>
  names.reduce((inner, name) => (Predicate.hasProperty(inner, name) ? inner[name] : undefined), value)

const shown = (name: string | undefined, value: unknown): string => {
  if (Array.isArray(value)) return "a list"
  if (Predicate.isObject(value)) return "an object"
  if (typeof value !== "string" || value === "") return JSON.stringify(value)
  const isPlain = name?.toLowerCase().endsWith("url") === true ? !/[@?#]/.test(value) : plain.has(name ?? "")
  return isPlain ? JSON.stringify(value) : "text"
}
