/** The forms in which data is written. Whatever the form, no raw control character of a provider's gets through. */
import type { Scalar } from "yaml"
import * as Effect from "effect/Effect"
import { escapeJson, escapeYaml, needsQuotes } from "./terminal/TerminalText.ts"

export const formats = ["text", "json", "ndjson", "yaml"] as const
export type Format = (typeof formats)[number]

/** What programs read. */
export type ProgramFormat = Exclude<Format, "text">

/** Whether errors go out as JSON too. */
export const isJson = (format: Format): boolean => format === "json" || format === "ndjson"

/** Indented, with a line break at the end. */
export const json = (value: unknown): string => `${escapeJson(JSON.stringify(value, undefined, 2))}\n`

/** One line a value. */
export const ndjson = (value: unknown): string => `${escapeJson(JSON.stringify(value))}\n`

/** Reads back as the same value, with parsers of YAML 1.1 too, which would take bare text such as a time for something else. */
export const yaml = (value: unknown): Effect.Effect<string> =>
  Effect.promise(async () => {
    const { Document, visit } = await import("yaml")
    const document = new Document(value, { aliasDuplicateObjects: false, compat: "yaml-1.1", keepUndefined: false })
    visit(document, {
      Scalar: (_, node: Scalar) => {
        if (typeof node.value === "string" && needsQuotes(node.value)) node.type = "QUOTE_DOUBLE"
      }
    })
    return escapeYaml(document.toString({ lineWidth: 0 }))
  })

/** One value and nothing else. */
export const whole = (format: ProgramFormat, value: unknown): Effect.Effect<string> => {
  if (format === "yaml") return yaml(value)
  return Effect.succeed(format === "json" ? json(value) : ndjson(value))
}

/** A list written piece by piece: what stands before the value at this position, the value, and what ends the list. */
export const element = (format: ProgramFormat, position: number, value: unknown): Effect.Effect<string> => {
  switch (format) {
    case "json": {
      const indented = escapeJson(JSON.stringify(value, undefined, 2)).replace(/^/gm, "  ")
      return Effect.succeed(`${position === 0 ? "[\n" : ",\n"}${indented}`)
    }
    case "ndjson":
      return Effect.succeed(ndjson(value))
    case "yaml":
      return yaml([value])
  }
}

/** What ends a list of so many elements. */
export const end = (format: ProgramFormat, length: number): string => {
  if (format === "json") return length === 0 ? "[]\n" : "\n]\n"
  return format === "yaml" && length === 0 ? "[]\n" : ""
}
