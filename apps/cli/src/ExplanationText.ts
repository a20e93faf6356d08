/** Explanations as text for people; those with the same summary and causes are told once, for all their references. */
import type { Explanation } from "@opwatch/core/Explanation"
import { escape } from "./TerminalText.ts"

export const render = (explanations: ReadonlyArray<Explanation>): string => {
  const groups = new Map<string, Array<Explanation>>()
  for (const explanation of explanations) {
    const key = JSON.stringify([explanation.state, explanation.summary, explanation.causes])
    groups.set(key, [...(groups.get(key) ?? []), explanation])
  }
  return [...groups.values()].map(renderGroup).join("\n")
}

const renderGroup = (group: ReadonlyArray<Explanation>): string => {
  const [first] = group
  if (first === undefined) return ""
  return [
    `${unique(group.map(({ ref }) => ref)).join(", ")}`,
    `  ${escape(first.summary)}`,
    ...section("because", first.causes.map(causeLine)),
    ...section("created", createdBy(group)),
    ...section("next", unique(group.flatMap(({ next }) => next.map(stepLine)))),
    ...(isUnremarkable(first) ? [] : [supportLine(group)]),
    ""
  ].join("\n")
}

/** Nobody asks support about what went well. */
const isUnremarkable = ({ causes, state }: Explanation): boolean =>
  causes.length === 0 && (state === "succeeded" || state === "pending" || state === "running")

const supportLine = (group: ReadonlyArray<Explanation>): string =>
  `  for the provider's support: ${escape(unique(group.flatMap(({ supportIds }) => supportIds)).join(", "))}`

const section = (title: string, lines: ReadonlyArray<string>): ReadonlyArray<string> =>
  lines.length === 0 ? [] : [`  ${title}`, ...lines.map((line) => `    ${escape(line)}`)]

const mostItems = 10

const causeLine = ({ code, count, field, items, message }: Explanation["causes"][number]): string => {
  const named = items.slice(0, mostItems).join(", ")
  const more = items.length > 0 && count > Math.min(items.length, mostItems) ? ", …" : ""
  const where = items.length === 0 ? "" : `: ${named}${more}`
  const affected = count === 1 && items.length === 0 ? "" : ` (${count} ${count === 1 ? "item" : "items"}${where})`
  return `${code}${field === undefined ? "" : ` in ${field}`}: ${message}${affected}`
}

const createdBy = (group: ReadonlyArray<Explanation>): ReadonlyArray<string> => {
  const totals = new Map<string, number>()
  for (const { count, type } of group.flatMap(({ created }) => created))
    totals.set(type, (totals.get(type) ?? 0) + count)
  return [...totals].map(([type, count]) => `${count} × ${type}`)
}

const stepLine = ({ command, text }: Explanation["next"][number]): string =>
  command === undefined ? text : `${text.replace(/\.$/, "")}: ${command}`

const unique = (texts: ReadonlyArray<string>): ReadonlyArray<string> => [...new Set(texts)]
