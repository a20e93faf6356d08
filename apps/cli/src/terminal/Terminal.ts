/**
 * What is known of where a stream is shown: all that is drawn, coloured or cut to a width goes by this. `make` reads it from
 * the environment once and from the stream whenever it is asked.
 */
export interface Window {
  readonly columns: number
  readonly rows: number
}

export interface Terminal {
  /** The size of the window as it is now; absent where the stream is no terminal. */
  readonly window: Window | undefined
  /** Whether lines that were written can be written over. */
  readonly redraws: boolean
  /** Whether lines that a narrower window has no room for go on in the next row; others are cut off. */
  readonly reflows: boolean
  readonly colors: boolean
  /** Whether more than ASCII is shown as it is meant. A file or a pipe takes everything, as UTF-8. */
  readonly unicode: boolean
}

/** A file or a pipe. */
export const none: Terminal = { window: undefined, redraws: false, reflows: false, colors: false, unicode: true }

interface Stream {
  readonly isTTY?: boolean
  readonly columns?: number
  readonly rows?: number
}

type Environment = Readonly<Record<string, string | undefined>>

/** For the streams of a process with this environment. */
export const make = (environment: Environment, platform: NodeJS.Platform) => {
  const wanted = colorsWanted(environment)
  const { TERM: term = platform === "win32" ? "windows" : "dumb" } = environment
  const isPlain = term === "" || term === "dumb" || term === "unknown"
  const facts = {
    redraws: !isPlain && !isSet(environment["CI"]),
    reflows: environment["TMUX"] !== undefined || !(isSet(environment["XTERM_VERSION"]) || withoutReflow.test(term)),
    colors: wanted ?? !(isPlain || withoutColors.test(term)),
    unicode: showsUnicode(environment, platform, term)
  }
  return ({ columns, isTTY, rows }: Stream): Terminal =>
    isTTY === true
      ? { ...facts, window: { columns: columns || 80, rows: rows || 24 } }
      : { ...none, colors: wanted === true }
}

/** What begins a line where the terminal may have put something of its own, as `^C`. */
export const freshLine = ({ redraws, window }: Terminal): string => (redraws ? "\r\u001b[K" : window ? "\n" : "")

const withoutColors = /^vt\d|-m(ono)?$/
const withoutReflow = /^(linux|rxvt|screen|vt\d)/

/** A variable that switches something on. */
const isSet = (value: string | undefined): boolean => !["", "0", "false", undefined].includes(value)

/** By `NO_COLOR`, `FORCE_COLOR`, `CLICOLOR_FORCE` and `CLICOLOR`, the first of them that says anything. */
const colorsWanted = (environment: Environment): boolean | undefined => {
  const { CLICOLOR, CLICOLOR_FORCE, FORCE_COLOR, NO_COLOR = "" } = environment
  if (NO_COLOR !== "") return false
  if (FORCE_COLOR !== undefined) return FORCE_COLOR === "" || isSet(FORCE_COLOR)
  if (isSet(CLICOLOR_FORCE)) return true
  return CLICOLOR === "0" ? false : undefined
}

/** By the locale; the consoles of Windows and Linux only where their fonts are known to have it all. */
const showsUnicode = (environment: Environment, platform: NodeJS.Platform, term: string): boolean => {
  if (term === "linux") return false
  if (platform === "win32" && (isSet(environment["WT_SESSION"]) || environment["TERM_PROGRAM"] === "vscode"))
    return true
  const { LANG, LC_ALL, LC_CTYPE } = environment
  return /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || "C")
}
