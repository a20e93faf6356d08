/**
 * Explanations as text for people. Those of the same state that have the same causes are told together, each with its own
 * summary.
 */
import { counted } from "@opwatch/core/Counted"
import type { Explanation } from "@opwatch/core/Explanation"
import * as Prose from "../terminal/Prose.ts"
import { none, type Terminal } from "../terminal/Terminal.ts"
import { escape } from "../terminal/TerminalText.ts"

type Group = readonly [Explanation, ...ReadonlyArray<Explanation>]
type Cause = Explanation["causes"][number]

export const render = (explanations: ReadonlyArray<Explanation>, terminal: Terminal = none): string =>
  groupedBy(
    uniqueBy(explanations, ({ ref }) => ref),
    reasonsOf
  )
    .map((group) => renderGroup(group, terminal.window?.columns))
    .join("\n")

const reasonsOf = ({ causes, state, summary }: Explanation): string =>
  JSON.stringify([
    state,
    causes.length === 0 ? summary : causes.map(({ code, field, message }) => [code, field, message])
  ])

const renderGroup = (group: Group, columns = Infinity): string => {
  const [first] = group
  const causes = first.causes.map((_, position) => sentence(causeLine(group, position)))
  return [
    ...groupedBy(group, ({ summary }) => summary).flatMap((alike) => [
      alike.map(({ ref }) => ref).join(", "),
      ...Prose.wrap(escape(alike[0].summary), columns - 2).map((line) => `  ${line}`)
    ]),
    ...section(first.state === "succeeded" ? "problems" : "because", causes, columns),
    ...section("created", createdBy(group).map(sentence), columns),
    ...section("next", adviceOf(group), columns),
    ...(isUnremarkable(first) ? [] : [supportLine(group)]),
    ""
  ].join("\n")
}

interface Item {
  readonly text: string
  /** A command stays on one line, to be pasted. */
  readonly isCommand: boolean
}

const sentence = (text: string): Item => ({ text, isCommand: false })

const section = (title: string, items: ReadonlyArray<Item>, columns: number): ReadonlyArray<string> =>
  items.length === 0 ? [] : [`  ${title}`, ...items.flatMap((item) => linesOf(item, columns))]

/** Lines that go on are indented by two more. */
const linesOf = ({ isCommand, text }: Item, columns: number): ReadonlyArray<string> =>
  isCommand
    ? [`      ${escape(text)}`]
    : Prose.wrap(escape(text), columns - 6).map((line, index) => `${index === 0 ? "    " : "      "}${line}`)

/** Nobody asks support about what goes well. */
const isUnremarkable = ({ causes, state }: Explanation): boolean =>
  causes.length === 0 && (state === "succeeded" || state === "pending" || state === "running")

const supportLine = (group: Group): string =>
  `  for the provider's support: ${escape([...new Set(group.flatMap(({ supportIds }) => supportIds))].join(", "))}`

/** The cause at this position, for all in the group: they have it in common but for the items. */
const causeLine = (group: Group, position: number): string => {
  const same = group.flatMap(({ causes }) => causes[position] ?? [])
  const [cause] = same
  if (cause === undefined) return ""
  const { code, field, message } = cause
  const where = field === undefined || message.includes(field) ? "" : ` in ${field}`
  return `${code}${where}: ${message}${affected(same, group.length)}`
}

const mostItems = 10

const affected = (causes: ReadonlyArray<Cause>, operations: number): string => {
  const count = causes.reduce((sum, cause) => sum + cause.count, 0)
  const items = causes.flatMap((cause) => cause.items)
  if (items.length === 0) return count <= operations ? "" : ` (${counted(count, "time")})`
  if (operations > 1) return ` (${counted(count, "item")} in ${counted(operations, "operation")})`
  const more = count > Math.min(items.length, mostItems) ? ", …" : ""
  return ` (${counted(count, "item")}: ${items.slice(0, mostItems).join(", ")}${more})`
}

const createdBy = (group: Group): ReadonlyArray<string> => {
  const totals = new Map<string, number>()
  for (const { count, type } of group.flatMap(({ created }) => created))
    totals.set(type, (totals.get(type) ?? 0) + count)
  return [...totals].map(([type, count]) => counted(count, type.replaceAll("_", " ")))
}

/** Each piece of advice once, with the commands of all below it. */
const adviceOf = (group: Group): ReadonlyArray<Item> =>
  groupedBy(
    group.flatMap(({ next }) => next),
    ({ text }) => text
  ).flatMap((same) => [
    sentence(same[0].text),
    ...[...new Set(same.flatMap(({ command = [] }) => command))].map((text) => ({ text, isCommand: true }))
  ])

/** In the order in which each group began. */
const groupedBy = <A>(
  values: ReadonlyArray<A>,
  keyOf: (value: A) => string
): ReadonlyArray<readonly [A, ...ReadonlyArray<A>]> => {
  const groups = new Map<string, [A, ...Array<A>]>()
  for (const value of values) {
    const group = groups.get(keyOf(value))
    if (group === undefined) groups.set(keyOf(value), [value])
    else group.push(value)
  }
  return [...groups.values()]
}

const uniqueBy = <A>(values: ReadonlyArray<A>, keyOf: (value: A) => string): ReadonlyArray<A> =>
  groupedBy(values, keyOf).map(([first]) => first)
