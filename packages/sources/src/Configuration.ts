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
import * as Yaml from "yaml"
import * as DurationText from "@opwatch/core/DurationText"
import { ProviderName } from "@opwatch/core/Operation"
import { SourceName } from "@opwatch/core/Reference"
import { ConfigurationError } from "./ConfigurationError.ts"

export const Auth = Schema.Struct({
  kind: Schema.Literals(["none", "auto", "oauth", "apiKey", "iamToken"]),
  tokenEnv: Schema.optionalKey(Schema.NonEmptyString),
  tokenFile: Schema.optionalKey(Schema.NonEmptyString)
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

export const Source = Schema.Struct({
  provider: Schema.optionalKey(ProviderName),
  url: Schema.optionalKey(BaseUrl),
  auth: Schema.optionalKey(Auth),
  rateLimit: Schema.optionalKey(RateLimit),
  /** Lets credentials leave this machine over plain http. */
  insecure: Schema.optionalKey(Schema.Boolean)
})
export type Source = typeof Source.Type

export const Configuration = Schema.Struct({
  sources: Schema.optionalKey(Schema.Record(SourceName, Source))
})
export type Configuration = typeof Configuration.Type

export const empty: Configuration = {}

/** Reads YAML, and so JSON; `path` is named in the error. */
export const parse = (text: string, path: string): Result.Result<Configuration, ConfigurationError> => {
  const document = Yaml.parseDocument(text)
  const [problem] = document.errors
  const invalid = (message: string) => Result.fail(new ConfigurationError({ message: `${path}: ${message}` }))
  if (problem !== undefined) return invalid(problem.message.split("\n")[0] ?? problem.code)
  const value: unknown = document.toJS() ?? {}
  const decoded = decode(value, { onExcessProperty: "error", errors: "first", reportInput: true })
  return Result.isSuccess(decoded) ? Result.succeed(decoded.success) : invalid(describe(decoded.failure.issue))
}

const decode = Schema.decodeUnknownResult(Configuration)

const isBaseUrl = (text: string): boolean => {
  if (!URL.canParse(text)) return false
  const { hash, password, protocol, search, username } = new URL(text)
  return /^https?:$/.test(protocol) && `${username}${password}${search}${hash}` === ""
}

const fields: ReadonlyArray<readonly [path: RegExp, known: ReadonlyArray<string>]> = [
  [/^[^.]+$/, Object.keys(Configuration.fields)],
  [/^sources\.[^.]+\.[^.]+$/, Object.keys(Source.fields)],
  [/^sources\.[^.]+\.auth\.[^.]+$/, Object.keys(Auth.fields)],
  [/^sources\.[^.]+\.rateLimit\.[^.]+$/, Object.keys(RateLimit.fields)]
]

/** The first problem as `path: message`. The value of an unknown field is never shown: it may be a secret in the wrong place. */
const describe = (issue: SchemaIssue.Issue): string => {
  const formatter = makeFormatterStandardSchemaV1({
    leafHook: (leaf) =>
      leaf._tag === "UnexpectedKey"
        ? "no such field"
        : leaf._tag === "MissingKey"
          ? "is missing"
          : defaultLeafHook(leaf)
  })
  const [first] = formatter(issue).issues
  const path = (first?.path ?? []).map((part) => String(Predicate.isObject(part) ? part.key : part)).join(".")
  const message = first?.message ?? "cannot be read"
  const known = fields.find(([pattern]) => pattern.test(path))?.[1] ?? []
  const remedy = message === "no such field" ? `; the known ones are ${known.join(", ")}${secretRemedy(path)}` : ""
  return `${path === "" ? "the configuration" : path}: ${message}${remedy}`
}

const secretRemedy = (path: string): string =>
  /token|key|secret|password/i.test(path.slice(path.lastIndexOf(".") + 1))
    ? " (secrets are not written in a configuration: name a variable with tokenEnv or a file with tokenFile)"
    : ""
