/** What was probably meant by a word that nobody knows: the known ones that are near enough to ask about. */

/** The nearest of them, all that are as near, and none where it would be a guess in the dark. */
export const nearest = (word: string, known: Iterable<string>): ReadonlyArray<string> => {
  const text = word.toLowerCase()
  const rated = [...new Set(known)].map((candidate) => [distance(text, candidate), candidate] as const)
  const best = Math.min(...rated.map(([rating]) => rating))
  if (best <= mostEdits(text)) return rated.flatMap(([rating, candidate]) => (rating === best ? [candidate] : []))
  return rated.flatMap(([, candidate]) => (sharesPart(text, candidate) ? [candidate] : []))
}

/** As a question, or nothing. */
export const question = (candidates: ReadonlyArray<string>): string | undefined =>
  candidates.length === 0 ? undefined : `did you mean ${listed(candidates)}?`

/** As in `a, b or c`. */
export const listed = (words: ReadonlyArray<string>): string =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`

/** A longer word has room for more slips. */
const mostEdits = (text: string): number => Math.max(1, Math.min(3, Math.floor(text.length / 3)))

/** One goes on where the other ends, or is a part of it between dashes. */
const sharesPart = (text: string, candidate: string): boolean =>
  text.length >= 2 &&
  (candidate.startsWith(text) ||
    candidate.split("-").includes(text) ||
    (candidate.length >= 3 && text.split(/[-_.]/).includes(candidate)))

/** How many letters are to be put in, left out, changed or swapped with their neighbour. */
const distance = (from: string, to: string): number => {
  let before: ReadonlyArray<number> = []
  let last = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let row = 1; row <= from.length; row += 1) {
    const next = [row]
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[row - 1] === to[column - 1]
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      const [left = 0, above = 0, diagonal = 0] = [next[column - 1], last[column], last[column - 1]]
      const plain = Math.min(left + 1, above + 1, diagonal + (same ? 0 : 1))
      next.push(swapped ? Math.min(plain, (before[column - 2] ?? 0) + 1) : plain)
    }
    before = last
    last = next
  }
  return last.at(-1) ?? 0
}
