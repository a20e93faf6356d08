/**
 * How many cells of a terminal text takes at most. Terminals do not agree on emoji that are put together of several, nor on
 * some marks: this counts what the most generous of them would, so that what is said to fit does.
 */
const ascii = /^[\x20-\x7e]*$/
const none = /^[\p{Mn}\p{Me}\u200b-\u200f\u2060-\u2064]$/u
const two = /^[\p{Extended_Pictographic}\p{Emoji_Presentation}\p{Regional_Indicator}]$/u

/** Of text without control characters. */
export const cellWidth = (text: string): number => {
  if (ascii.test(text)) return text.length
  let cells = 0
  for (const character of text) cells += widthOf(character)
  return cells
}

const widthOf = (character: string): number => {
  const code = character.codePointAt(0) ?? 0
  if (code < 0x300 || isDrawn(code) || code === 0xfe0f) return 1
  if (none.test(character)) return 0
  return isWide(code) || two.test(character) ? 2 : 1
}

/** The blocks and dots of bars and spinners. */
const isDrawn = (code: number): boolean => (code >= 0x2580 && code <= 0x259f) || (code >= 0x2800 && code <= 0x28ff)

/** The East Asian wide and full-width blocks. */
const isWide = (code: number): boolean =>
  (code >= 0x1100 && code <= 0x115f) ||
  (code >= 0x2e80 && code <= 0x303e) ||
  (code >= 0x3041 && code <= 0xa4cf) ||
  (code >= 0xa960 && code <= 0xa97f) ||
  (code >= 0xac00 && code <= 0xd7a3) ||
  (code >= 0xf900 && code <= 0xfaff) ||
  (code >= 0xfe10 && code <= 0xfe19) ||
  (code >= 0xfe30 && code <= 0xfe6f) ||
  (code >= 0xff00 && code <= 0xff60) ||
  (code >= 0xffe0 && code <= 0xffe6) ||
  (code >= 0x16fe0 && code <= 0x18dff) ||
  (code >= 0x1aff0 && code <= 0x1b2ff) ||
  (code >= 0x1d300 && code <= 0x1d37f) ||
  (code >= 0x1f100 && code <= 0x1faff) ||
  (code >= 0x20000 && code <= 0x3fffd)

/** The longest beginning that takes no more than so many cells. */
export const startOf = (text: string, cells: number): string => {
  if (ascii.test(text)) return text.slice(0, Math.max(0, cells))
  let taken = 0
  let start = ""
  for (const character of text) {
    taken += widthOf(character)
    if (taken > cells) break
    start += character
  }
  return start
}
