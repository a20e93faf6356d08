/** The characters that are drawn with: a set for terminals that show more than ASCII, and one for all others. */
export interface Signs {
  readonly spinner: string
  readonly full: string
  readonly empty: string
  readonly ellipsis: string
  readonly marks: Readonly<Record<Mark, string>>
}

/** What stands at the beginning of a line. */
export type Mark =
  | "asking"
  | "pending"
  | "running"
  | "rolling_back"
  | "unknown"
  | "setback"
  | "succeeded"
  | "failed"
  | "cancelled"
  | "lost"

const unicode: Signs = {
  spinner: "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏",
  full: "█",
  empty: "░",
  ellipsis: "…",
  marks: {
    asking: "·",
    pending: "○",
    running: "●",
    rolling_back: "◐",
    unknown: "?",
    setback: "!",
    succeeded: "✓",
    failed: "✗",
    cancelled: "-",
    lost: "?"
  }
}

const ascii: Signs = {
  spinner: "|/-\\",
  full: "#",
  empty: ".",
  ellipsis: "...",
  marks: {
    asking: ".",
    pending: "o",
    running: "*",
    rolling_back: "<",
    unknown: "?",
    setback: "!",
    succeeded: "+",
    failed: "x",
    cancelled: "-",
    lost: "?"
  }
}

export const of = (terminal: { readonly unicode: boolean }): Signs => (terminal.unicode ? unicode : ascii)

/** The text with nothing but ASCII in it; nothing is lost. */
export const toAscii = (text: string): string =>
  text
    .replaceAll("…", "...")
    .replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)

/** The text with nothing in it that this terminal does not show. */
export const shown = (terminal: { readonly unicode: boolean }, text: string): string =>
  terminal.unicode ? text : toAscii(text)
