/** Values for a schema of the document: such as it allows, such as it nearly allows, and any others. */
import type { Choices } from "./Choices.ts"
import { type Document, resolve, type Schema } from "./Document.ts"

/** What a server that is not careful could read in another way than it was meant. */
export const oddTexts: ReadonlyArray<string> = [
  "",
  " ",
  "0",
  "-1",
  "1e400",
  "9007199254740993",
  "null",
  "true",
  "undefined",
  "NaN",
  ".",
  "..",
  "../../etc/passwd",
  "a/b",
  "a b",
  "a=b",
  "a=b=c",
  "=",
  "%00",
  "%",
  "\0",
  "\u0001\r\nset-cookie: a=b",
  "\u202e\u0007",
  "\ud800",
  "😀é",
  "__proto__",
  "constructor",
  "toString",
  "' OR 1=1 --",
  "{{7*7}}",
  "<script>",
  "${jndi:ldap://x}",
  "2024-02-30T00:00:00Z",
  "9999-12-31T23:59:59.999999999Z",
  "-271821-04-20T00:00:00Z",
  "1".repeat(40),
  "a".repeat(300),
  "é".repeat(600),
  "a".repeat(3_000),
  "%F0%28%8C%BC".repeat(20)
]

const oddValues: ReadonlyArray<unknown> = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  Number.MAX_SAFE_INTEGER + 2,
  [],
  {},
  [[]],
  [null],
  { __proto__: null, constructor: {} }
]

/** By the name of what they stand for. */
export type Pools = Readonly<Record<string, ReadonlyArray<string>>>

export const make = (document: Document, pools: Pools) => {
  const text = (choices: Choices, name: string, { pattern }: Schema): string => {
    const allowed = pattern === undefined ? () => true : (text: string) => new RegExp(pattern, "u").test(text)
    return choices.from([...(pools[name] ?? []), ...oddTexts].filter(allowed), "a")
  }

  const valid = (choices: Choices, schema: Schema, name = "", depth = 0): unknown => {
    const found = resolve(document, schema)
    if (found.anyOf !== undefined) return valid(choices, choices.from(found.anyOf, {}), name, depth)
    if (found.enum !== undefined) return choices.from(found.enum, null)
    switch (found.type) {
      case "string":
        return text(choices, name, found)
      case "integer":
        return (found.minimum ?? 0) + choices.below(1_000)
      case "number":
        return choices.below(1_000) / 8
      case "boolean":
        return choices.below(2) === 0
      case "null":
        return null
      case "array":
        return Array.from({ length: (found.minItems ?? 0) + choices.below(4) }, () =>
          valid(choices, found.items ?? {}, name, depth + 1)
        )
      case "object": {
        const { additionalProperties, properties = {}, required = [] } = found
        const named = Object.entries(properties).flatMap(([key, property]) =>
          required.includes(key) || choices.percent(40) ? [[key, valid(choices, property, key, depth + 1)]] : []
        )
        const others =
          typeof additionalProperties === "object"
            ? Array.from({ length: choices.below(3) }, () => [
                choices.from(pools["name"] ?? [], "a"),
                valid(choices, additionalProperties, "value", depth + 1)
              ])
            : []
        return Object.fromEntries([...named, ...others])
      }
      default:
        return depth > 3 ? choices.from(oddTexts, "") : any(choices)
    }
  }

  const any = (choices: Choices): unknown =>
    choices.percent(50) ? choices.from(oddValues, null) : choices.from(oddTexts, "")

  /** One place in it becomes another thing, goes, or gets company. */
  const bend = (choices: Choices, value: unknown): unknown => {
    if (typeof value !== "object" || value === null || choices.percent(25)) return any(choices)
    if (Array.isArray(value)) {
      const at = choices.below(value.length + 1)
      return at === value.length ? [...value, any(choices)] : value.with(at, bend(choices, value[at]))
    }
    const entries = Object.entries(value)
    const at = choices.below(entries.length + 1)
    const [key, inner] = entries[at] ?? [choices.from(oddTexts, "a"), undefined]
    if (at < entries.length && choices.percent(30)) return Object.fromEntries(entries.toSpliced(at, 1))
    const bent = at === entries.length ? any(choices) : bend(choices, inner)
    return Object.fromEntries([...entries.toSpliced(at, 1), [key, bent]])
  }

  return { valid, bend, any }
}

export type AnyValue = ReturnType<typeof make>
