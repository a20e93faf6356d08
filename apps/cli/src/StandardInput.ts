/**
 * What stands on standard input for `-`: references one a line, or operation objects as JSON, NDJSON or YAML, as the
 * vendors' tools and opwatch itself print them. Ids are read as text, never as numbers.
 */
import * as Data from "effect/Data"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"

/** A reference in text form, or an id whose source follows from the object it was found in. */
export type Item = Data.TaggedEnum<{
  Text: { readonly text: string }
  Id: { readonly id: string; readonly shape: "toloka" | "cloud" }
}>
export const { Id, Text } = Data.taggedEnum<Item>()

export class UnreadableInput extends Data.TaggedError("UnreadableInput")<{ readonly message: string }> {}

type Items = Result.Result<ReadonlyArray<Item>, UnreadableInput>

/** Blank input holds nothing, which is no error. */
export const parse = async (input: string): Promise<Items> => {
  const text = input.replace(/^\uFEFF/, "").trim()
  if (text === "") return Result.succeed([])
  const values = parseJson(text) ?? parseLines(text) ?? parseConcatenated(text) ?? (await parseYaml(text))
  return values === undefined
    ? unreadable(`standard input is neither references one a line, nor JSON, nor YAML: ${excerpt(text)}`)
    : itemsOf(values)
}

/** One JSON value, pretty-printed or not. */
const parseJson = (text: string): ReadonlyArray<unknown> | undefined => {
  if (!/^[[{"]/.test(text)) return undefined
  try {
    return [JSON.parse(text)]
  } catch {
    return undefined
  }
}

/** Lines that each are a reference, a JSON value or `null`; none of them has a space outside of JSON. */
const parseLines = (text: string): ReadonlyArray<unknown> | undefined => {
  const values: Array<unknown> = []
  for (const line of text.split(/\r?\n/).map((line) => line.trim())) {
    const json = parseJson(line)
    if (json !== undefined) values.push(...json)
    else if (/^[^\s[\]{}"]+$/.test(line) && !/^(---|\.\.\.)$|:$/.test(line)) values.push(line)
    else if (line !== "") return undefined
  }
  return values
}

/** Several JSON values one after the other, each on as many lines as it likes. */
const parseConcatenated = (text: string): ReadonlyArray<unknown> | undefined => {
  const pieces: Array<string> = []
  let depth = 0
  let start = 0
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/g)) {
    if (token === "{" || token === "[") depth += 1
    if (token === "}" || token === "]") depth -= 1
    if (depth === 0) {
      pieces.push(text.slice(start, index + token.length).trim())
      start = index + token.length
    }
  }
  if (depth !== 0 || text.slice(start).trim() !== "") return undefined
  const values = pieces.map(parseJson)
  return values.every((value) => value !== undefined) ? values.flat() : undefined
}

/** Every scalar stays text, so that an id of digits keeps all of them. */
const parseYaml = async (text: string): Promise<ReadonlyArray<unknown> | undefined> => {
  const { parseAllDocuments } = await import("yaml")
  const documents = [...parseAllDocuments(text, { schema: "failsafe", logLevel: "silent" })]
  if (documents.some(({ errors }) => errors.length > 0)) return undefined
  const values = documents.map((document): unknown => document.toJS())
  return values.some(Predicate.isString) ? text.split(/\r?\n/) : values
}

const isNothing = (value: unknown): boolean =>
  value === null || value === undefined || (typeof value === "string" && /^(|null|~)$/.test(value.trim()))

const itemsOf = (values: ReadonlyArray<unknown>): Items => {
  const items: Array<Item> = []
  for (const value of values) {
    const found = itemOf(value)
    if (Result.isFailure(found)) return found
    items.push(...found.success)
  }
  return Result.succeed(items)
}

const itemOf = (value: unknown): Items => {
  if (isNothing(value)) return Result.succeed([])
  if (typeof value === "string") return Result.succeed([Text({ text: value.trim() })])
  if (Array.isArray(value)) return itemsOf(value)
  if (!Predicate.isObject(value)) return unreadable(`standard input holds ${excerpt(value)}, which is no operation`)
  const object: Record<string, unknown> = { ...value }
  const { id, ref, status } = object
  if (typeof ref === "string" && !isNothing(ref)) return Result.succeed([Text({ text: ref })])
  if (typeof id === "string" && !isNothing(id)) {
    return Result.succeed([Id({ id, shape: isNothing(status) ? "cloud" : "toloka" })])
  }
  const list = object["operations"] ?? object["items"]
  if (Array.isArray(list)) return itemsOf(list)
  return unreadable(`standard input holds an object without a ref or an id: ${excerpt(value)}`)
}

const unreadable = (message: string): Items => Result.fail(new UnreadableInput({ message }))

const excerpt = (value: unknown): string => {
  const text = typeof value === "string" ? value : JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
