/** The few colours that are used, of the terminal's own sixteen. They repeat what the words say and never stand for it. */
import type { OperationState } from "@opwatch/core/OperationState"

export type Style = "green" | "yellow" | "red" | "dim"

const codes: Record<Style, readonly [on: number, off: number]> = {
  green: [32, 39],
  yellow: [33, 39],
  red: [31, 39],
  dim: [2, 22]
}

/** The text as it is where there are no colours, or no style. */
export const paint = (colors: boolean, style: Style | undefined, text: string): string => {
  if (!colors || style === undefined || text === "") return text
  const [on, off] = codes[style]
  return `\u001b[${on}m${text}\u001b[${off}m`
}

/** The style of the word for a state; none for what simply goes on. */
export const ofState = (state: OperationState, partial = false): Style | undefined => {
  switch (state) {
    case "succeeded":
      return partial ? "yellow" : "green"
    case "failed":
    case "lost":
      return "red"
    case "rolling_back":
    case "cancelled":
    case "unknown":
      return "yellow"
    case "pending":
    case "running":
      return undefined
  }
}
