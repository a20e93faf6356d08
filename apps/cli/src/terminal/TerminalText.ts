/**
 * What a provider sends is data, not terminal control. Text that passed `escape` holds no control character, no line
 * break and nothing that turns the direction of writing.
 */
const control = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu

const short: Record<string, string> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" }

/** Shows control and direction characters as `\n`, `\u001b` and the like; the text stays on one line. */
export const escape = (text: string): string =>
  text.replace(control, (character) => short[character] ?? codeOf(character))

/** As `escape` for JSON that is already written: the same value, with nothing raw in it. Keeps JSON's own line breaks. */
export const escapeJson = (json: string): string =>
  json.replace(control, (character) => (character === "\n" ? character : codeOf(character)))

/** Whether a YAML scalar must be double-quoted, so that what `escapeYaml` writes is read back as it was. */
export const needsQuotes = (text: string): boolean => text.replace(/[\n\t]/g, "").search(control) >= 0

/** As `escape` for YAML that is already written; its line breaks and tabs are its own. */
export const escapeYaml = (yaml: string): string =>
  yaml.replace(control, (character) => (character === "\n" || character === "\t" ? character : codeOf(character)))

/** Escapes, and cuts what is longer than `length`. */
export const brief = (text: string, length: number): string => {
  const escaped = escape(text)
  return escaped.length <= length ? escaped : `${escaped.slice(0, length - 1).replace(/[\ud800-\udbff]$/, "")}…`
}

const codeOf = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`
