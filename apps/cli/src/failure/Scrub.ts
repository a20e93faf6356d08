/**
 * Takes out of a text whatever may be secret, for what people paste into a report: the values of variables, flags and
 * arguments, and whatever looks like a credential wherever it came from. The user's name in the path of a home directory
 * goes too.
 */
import { placeholder } from "@opwatch/core/Redaction"

export interface Circumstances {
  /** The command line. */
  readonly args: ReadonlyArray<string>
  readonly environment: Readonly<Record<string, string | undefined>>
}

export const make = ({ args, environment }: Circumstances): ((text: string) => string) => {
  const secrets = Object.entries(environment).flatMap(([name, value = ""]) => (mayBeSecret(name, value) ? [value] : []))
  // The longest first: one may be a part of another.
  const literal = [...secrets, ...args.flatMap(valuesOf)].toSorted((a, b) => b.length - a.length)
  const { HOME: home = "" } = environment
  return (text) => {
    const known = literal.reduce((rest, value) => rest.replaceAll(value, placeholder), text)
    const unnamed = credentials.reduce((rest, pattern) => rest.replace(pattern, placeholder), known)
    return home.length < 2 ? unnamed : unnamed.replaceAll(home, "~")
  }
}

/** The command line with the names of its command and flags, and nothing else of it. */
export const shape = (args: ReadonlyArray<string>, commands: ReadonlyArray<string>): string => {
  const end = args.indexOf("--")
  const words = args.map((word, index) => {
    if (end >= 0 && index > end) return "..."
    if (index === 0 && commands.includes(word)) return word
    const flag = /^(--?[a-z][a-z-]*|--)(=.*)?$/.exec(word)
    return flag === null ? "..." : `${flag[1]}${flag[2] === undefined ? "" : "=..."}`
  })
  return ["opwatch", ...words].join(" ")
}

/** A configuration may name any variable, so of the others only what is plainly none is left as it is. */
const mayBeSecret = (name: string, value: string): boolean =>
  secretName.test(name)
    ? value.length >= shortest
    : value.length >= 8 && !harmlessName.test(name) && !/^([A-Za-z]:)?[\\/]/.test(value)

const secretName = /token|secret|passw|passphrase|credential|cookie|session|auth|key|jwt|dsn|_url$/i
const harmlessName = /^(COLORTERM|EDITOR|LANG|LANGUAGE|LC_\w+|NODE_ENV|PAGER|TERM|TERM_PROGRAM|TZ)$/

/** Shorter ones would take ordinary words with them. */
const shortest = 6

const valuesOf = (word: string): ReadonlyArray<string> => {
  const value = word.startsWith("-") ? word.replace(/^[^=]*=?/, "") : word
  return [value, ...value.split(/[/,]/)].filter(({ length }) => length >= shortest)
}

const credentials: ReadonlyArray<RegExp> = [
  /-----BEGIN [^-]*PRIVATE KEY-----[^]*?(-----END [^-]*PRIVATE KEY-----|$)/g,
  /(?<=\b(?:Bearer|OAuth|ApiKey|Api-Key|Basic)\s)\S+/gi,
  /(?<=:\/\/)[^\s/@]+(?=@)/g,
  /\bt1\.[\w.~=-]+/g,
  /\beyJ[\w-]+\.[\w.-]+/g,
  // Any long word with a digit in it: keys, tokens and ids of all kinds.
  /(?=[\w.~+=-]*\d)[\w.~+=-]{28,}/g
]
