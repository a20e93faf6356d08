/** The content of a key file: `{"keys": [...]}`. What is told of a wrong one are places and rules, never what stands there. */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { makeFormatterStandardSchemaV1 } from "effect/SchemaIssue"
import { ApiKey } from "./ApiKey.ts"
import * as Scope from "./Scope.ts"

const Content = Schema.Struct({ keys: Schema.Array(ApiKey) })

/** Fails with what is wrong, in words. Names are unique, and so are keys: one would otherwise have two owners. */
export const parse = (text: string): Result.Result<ReadonlyArray<ApiKey>, string> => {
  const document = Result.try(() => JSON.parse(text) as unknown)
  if (Result.isFailure(document)) return Result.fail("it is not JSON")
  const decoded = decode(document.success, { onExcessProperty: "error", errors: "first" })
  if (Result.isFailure(decoded)) return Result.fail(describe(decoded.failure))
  const { keys } = decoded.success
  const name = repeated(keys.map(({ name }) => name))
  if (name !== undefined) return Result.fail(`it has two keys of the name ${name}`)
  const hash = repeated(keys.map(({ hash }) => hash))
  const same = keys.filter((key) => key.hash === hash).map(({ name }) => name)
  return hash === undefined ? Result.succeed(keys) : Result.fail(`${same.join(" and ")} are the same key`)
}

export const print = (keys: ReadonlyArray<ApiKey>): string => `${JSON.stringify({ keys }, undefined, 2)}\n`

const decode = Schema.decodeUnknownResult(Content)

const formatIssues = makeFormatterStandardSchemaV1({ leafHook: ({ _tag }) => _tag, checkHook: () => "Filter" })

const describe = ({ issue }: Schema.SchemaError): string => {
  const [first] = formatIssues(issue).issues
  const names = (first?.path ?? []).map((part) => (typeof part === "object" ? part.key : part))
  if (first?.message === "UnexpectedKey") {
    const known = Object.keys(names.length === 1 ? Content.fields : ApiKey.fields)
    return `${placeOf(names.slice(0, -1))} has a field that is none of ${known.join(", ")}`
  }
  const rule = rules[String(names.findLast((name) => typeof name === "string") ?? "")]
  return `${placeOf(names)} ${first?.message === "MissingKey" ? "is missing" : "is wrong"}; it is ${rule}`
}

const placeOf = (names: ReadonlyArray<PropertyKey>): string =>
  names
    .map((name) => (typeof name === "number" ? `[${name}]` : `.${String(name)}`))
    .join("")
    .replace(/^\./, "") || "the file"

const aTime = "a time in UTC such as 2026-01-02T03:04:05Z"

const rules: Readonly<Record<string, string>> = {
  "": "an object with a list of keys",
  keys: "a list of keys, as `opwatch keys create` writes them",
  name: "up to 63 lower-case letters, digits and ._-, the first a letter or digit",
  hash: "sha256: and 64 hexadecimal digits, the SHA-256 of the key",
  scopes: `a list of one or more of ${Scope.all.join(", ")}`,
  sources: "a list of one or more names of sources",
  maxTracked: "a whole number, 0 or more",
  createdAt: aTime,
  expiresAt: aTime
}

const repeated = (values: ReadonlyArray<string>): string | undefined =>
  values.find((value, index) => values.indexOf(value) !== index)
