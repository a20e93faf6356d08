/** What a server says while something goes wrong: no mistake of its own, and never much. */
import type { Node } from "./Nodes.ts"

const mostInOneSecond = 15

/** Beyond one for every second. */
const mostInAll = 20

export const findings = ({ seen, url }: Node): ReadonlyArray<string> => {
  const lines = seen.error.trimEnd().split("\n")
  const mistakes = lines.filter((line) => /^\S+ (error|fatal) |mistake in opwatch| broke\b/.test(line))
  const times = lines.map((line) => line.slice(0, "2026-01-01T00:00:00".length)).filter((time) => Date.parse(time) > 0)
  const floods = [...Map.groupBy(times, (time) => time).values()].filter(({ length }) => length > mostInOneSecond)
  const seconds = (Date.parse(times.at(-1) ?? "") - Date.parse(times[0] ?? "")) / 1_000
  return [
    ...mistakes.map((line) => `${url} says: ${line}`),
    ...floods.map((flood) => `${url} says ${flood.length} lines in the second of ${flood[0]}`),
    ...(lines.length > mostInAll + seconds ? [`${url} says ${lines.length} lines in ${seconds} seconds`] : [])
  ]
}
