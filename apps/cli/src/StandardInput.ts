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

/** UTF-8, or UTF-16 where the text begins with a mark that says so, as PowerShell writes it. */
export const decode = (bytes: Uint8Array): string => new TextDecoder(encodingOf(bytes)).decode(bytes)

const encodingOf = ([first, second]: Uint8Array) => {
  if (first === 0xff && second === 0xfe) return "utf-16le"
  return first === 0xfe && second === 0xff ? "utf-16be" : "utf-8"
}

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
  if (!/^[[{"]|^null$/.test(text)) return undefined
  try {
    return [JSON.parse(text)]
  } catch {
    return undefined
  }
}

/** What follows a `#` at the beginning of a line is a remark. */
const linesOf = (text: string): ReadonlyArray<string> =>
  text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))

/** Lines that each are a JSON value or hold references. */
const parseLines = (text: string): ReadonlyArray<unknown> | undefined => {
  const values: Array<unknown> = []
  for (const line of linesOf(text)) {
    const found = parseJson(line) ?? referencesOn(line)
    if (found === undefined) return undefined
    for (const value of found) values.push(value)
  }
  return values
}

/**
 * One reference, several with commas, tabs or spaces between, or the one that a line of a table begins with. Words without
 * a slash and only spaces between are no list: somebody's sentence must not be taken for ids.
 */
const referencesOn = (line: string): ReadonlyArray<string> | undefined => {
  const words = line.split(/[\s,]+/).filter((word) => word !== "")
  const isPlain = !/[[\]{}"]|:(\s|$)|^(-|---|\.\.\.)(\s|$)/.test(line)
  if (isPlain && (words.length === 1 || words.every((word) => word.includes("/")))) return words
  const [, first] = /^([a-z][a-z0-9-]*\/[\w.~-]+)(?:\t| {2})/.exec(line) ?? []
  if (first !== undefined) return [first]
  return isPlain && /[,\t]/.test(line) ? words : undefined
}

/** Several JSON values one after the other, each on as many lines as it likes. */
const parseConcatenated = (text: string): ReadonlyArray<unknown> | undefined => {
  const values: Array<unknown> = []
  const token = /["[\]{}]|null/g
  let depth = 0
  let start = 0
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    const [mark] = found
    if (mark === "{" || mark === "[") depth += 1
    if (mark === "}" || mark === "]") depth -= 1
    if (mark === '"') {
      const end = endOfString(text, found.index)
      if (end === undefined) return undefined
      token.lastIndex = end
    }
    if (depth !== 0) continue
    const value = parseJson(text.slice(start, token.lastIndex).trim())
    if (value === undefined) return undefined
    values.push(...value)
    start = token.lastIndex
  }
  return depth === 0 && text.slice(start).trim() === "" ? values : undefined
}

/** The position behind the quote that closes the JSON string which begins here. */
const endOfString = (text: string, start: number): number | undefined => {
  for (let quote = text.indexOf('"', start + 1); quote >= 0; quote = text.indexOf('"', quote + 1)) {
    let backslashes = 0
    while (text[quote - 1 - backslashes] === "\\") backslashes += 1
    if (backslashes % 2 === 0) return quote + 1
  }
  return undefined
}

/** Every scalar stays text, so that an id of digits keeps all of them. */
const parseYaml = async (text: string): Promise<ReadonlyArray<unknown> | undefined> => {
  const { parseAllDocuments } = await import("yaml")
  try {
    const documents = [...parseAllDocuments(text, { schema: "failsafe", logLevel: "silent" })]
    if (documents.some(({ errors }) => errors.length > 0)) return undefined
    const values = documents.map((document): unknown => document.toJS())
    return values.some(Predicate.isString) ? linesOf(text) : asTree(values)
  } catch {
    return undefined
  }
}

/** Without what YAML may refer to twice. Fails for what refers to itself. */
const asTree = (values: ReadonlyArray<unknown>): ReadonlyArray<unknown> => JSON.parse(JSON.stringify(values))

const isNothing = (value: unknown): boolean =>
  value === null || value === undefined || (typeof value === "string" && /^(|null|~)$/.test(value.trim()))

const itemsOf = (values: ReadonlyArray<unknown>): Items => {
  const items: Array<Item> = []
  const problem = collect(values, items, 0)
  return problem === undefined ? Result.succeed(items) : unreadable(problem)
}

const deepest = 100

/** Adds what the values hold, lists in them included; gives what is wrong with the first that holds no operation. */
const collect = (values: ReadonlyArray<unknown>, items: Array<Item>, depth: number): string | undefined => {
  if (depth > deepest) return "standard input holds lists within lists without end"
  for (const value of values) {
    if (isNothing(value)) continue
    const found = typeof value === "string" ? Text({ text: value.trim() }) : itemOf(value)
    if (found !== undefined) {
      items.push(found)
      continue
    }
    const list = listIn(value)
    const problem = list === undefined ? refusalOf(value) : collect(list, items, depth + 1)
    if (problem !== undefined) return problem
  }
  return undefined
}

const itemOf = (value: unknown): Item | undefined => {
  if (!Predicate.isObject(value) || isResource(value)) return undefined
  const { id, ref, status }: Record<string, unknown> = { ...value }
  if (typeof ref === "string" && !isNothing(ref)) return Text({ text: ref })
  return typeof id === "string" && !isNothing(id)
    ? Id({ id, shape: isNothing(status) ? "cloud" : "toloka" })
    : undefined
}

/** An instance or the like, of which the cloud's operations differ in that they lie in no folder. */
const isResource = (value: object): boolean => "folder_id" in value || "folderId" in value

/** A list, or the one in what a provider or a server answers to a request for a list. */
const listIn = (value: unknown): ReadonlyArray<unknown> | undefined => {
  if (Array.isArray(value)) return value
  if (!Predicate.isObject(value)) return undefined
  const { items, operations }: Record<string, unknown> = { ...value }
  const list = operations ?? items
  return Array.isArray(list) ? list : undefined
}

const refusalOf = (value: unknown): string => {
  if (!Predicate.isObject(value)) return `standard input holds ${excerpt(value)}, which is no operation`
  if (isResource(value)) {
    return `standard input holds a resource in place of an operation (yc gives the operation with --async): ${excerpt(value)}`
  }
  return Predicate.hasProperty(value, "error") && Predicate.hasProperty(value.error, "message")
    ? `standard input holds an error in place of an operation: ${excerpt(value.error.message)}`
    : `standard input holds an object without a ref or an id: ${excerpt(value)}`
}

const unreadable = (message: string): Items => Result.fail(new UnreadableInput({ message }))

const excerpt = (value: unknown): string => {
  const text = typeof value === "string" ? value : jsonOf(value)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

const jsonOf = (value: unknown): string => {
  try {
    return JSON.stringify(value)
  } catch {
    return "something nested too deeply"
  }
}
