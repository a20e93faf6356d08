/** Reads JSON, and says where it breaks when it is none. */
import * as Result from "effect/Result"
import type { Json } from "effect/Schema"
import { type ParseError, parse as parseTolerantly, printParseErrorCode } from "jsonc-parser"

/** Those who read a value go down into it; without a bound its sender could exhaust their stack. */
const maxDepth = 1_000

/** The value, or a sentence with line, column and the text around the place. */
export const parse = (text: string): Result.Result<Json, string> => {
  if (depthOf(text) > maxDepth) return Result.fail(`it is nested deeper than ${maxDepth} levels`)
  try {
    return Result.succeed(JSON.parse(text))
  } catch {
    return Result.fail(describe(text))
  }
}

/** How deep the brackets go, those in strings left out. */
const depthOf = (text: string): number => {
  let depth = 0
  let deepest = 0
  let quoted = false
  for (let index = 0; index < text.length; index++) {
    const character = text[index]
    if (character === '"') quoted = !quoted
    else if (quoted) index += character === "\\" ? 1 : 0
    else if (character === "[" || character === "{") deepest = Math.max(deepest, ++depth)
    else if (character === "]" || character === "}") depth--
  }
  return deepest
}

const describe = (text: string): string => {
  if (text.trim() === "") return "it is empty"
  if (text.trimStart().startsWith("<")) return "it looks like HTML or XML"
  const errors: Array<ParseError> = []
  parseTolerantly(text, errors, { disallowComments: true, allowTrailingComma: false })
  const [first] = errors
  if (first === undefined) return `it begins with ${JSON.stringify(text.slice(0, 40))}`
  const before = text.slice(0, first.offset)
  const line = before.split("\n").length
  const column = first.offset - (before.lastIndexOf("\n") + 1) + 1
  const here = withoutSecrets(text.split("\n")[line - 1] ?? "")
  const from = Math.max(0, column - 31)
  const excerpt = here
    .slice(from, column + 30)
    .trim()
    .replace(/…+/g, "…")
  return `${words(printParseErrorCode(first.error))} at line ${line}, column ${column}, near ${JSON.stringify(excerpt)}`
}

/** Nothing of a text that stands under a secret's name; everything else stays in its column. */
const withoutSecrets = (line: string): string =>
  line.replace(
    /("[^"]*(?:secret|token|password|key|jwt)"\s*:\s*")([^"]*)/gi,
    (_, name: string, value: string) => name + "…".repeat(value.length)
  )

/** `PropertyNameExpected` as `property name expected`. */
const words = (code: string): string => code.replace(/(?!^)([A-Z])/g, " $1").toLowerCase()
