/** The code blocks of a page of `docs/`, to be run by tests: what the page says must be so. */
import { readFileSync } from "node:fs"

export interface Block {
  /** The heading that it stands below. */
  readonly heading: string
  readonly language: string
  readonly text: string
}

export const blocks = (page: string): ReadonlyArray<Block> => {
  const found: Array<Block> = []
  let heading = ""
  for (const [, title, language = "", text = ""] of read(page).matchAll(/^#+ (.*)$|^```(\w+)\n([^]*?)\n```$/gm)) {
    if (title === undefined) found.push({ heading, language, text })
    else heading = title
  }
  return found
}

const read = (page: string): string => readFileSync(new URL(`../../../docs/${page}`, import.meta.url), "utf8")
