/** The sources as a table for people, with what needs attention below it, and where they come from. */
import type { SourceDescription } from "@opwatch/sources/SourceDescription"
import * as Prose from "../terminal/Prose.ts"
import * as Signs from "../terminal/Signs.ts"
import * as Table from "../terminal/Table.ts"
import type { Terminal } from "../terminal/Terminal.ts"
import { escape } from "../terminal/TerminalText.ts"

/** A source as it is shown; one of a server's says nothing of its credential. */
export type Shown = Pick<SourceDescription, "source" | "provider" | "url"> &
  Partial<Pick<SourceDescription, "credential">>

/** `origin` is the last line, and says where the sources come from. */
export const render = (sources: ReadonlyArray<Shown>, origin: string, terminal: Terminal): string => {
  const table = Table.make(columns, terminal)
  const rows = sources.map(({ credential, provider, source, url }) =>
    [source, provider, credential === undefined ? "the server's" : credentialOf(credential), url].map((text) => ({
      text: escape(text)
    }))
  )
  const cells = terminal.window?.columns ?? Infinity
  const said = (text: string) => Prose.wrap(Signs.shown(terminal, escape(text)), cells).join("\n  ")
  const needy = sources.flatMap(attention).map((text) => `${said(text)}\n`)
  return [
    table.page(rows),
    table.end(),
    "\n",
    ...needy,
    ...(needy.length === 0 ? [] : ["\n"]),
    `${said(origin)}\n`
  ].join("")
}

const columns: ReadonlyArray<Table.Column> = [
  { title: "SOURCE" },
  { title: "PROVIDER" },
  { title: "CREDENTIAL", cut: { at: "end", least: () => 24 } },
  { title: "URL" }
]

type Credential = SourceDescription["credential"]

/** As in `oauth from the variable TOLOKA_TOKEN`. */
export const credentialOf = ({ found, kind, place }: Credential): string =>
  `${kind}${place === undefined ? "" : ` from ${place}`}${found === false ? " (not usable)" : ""}`

const attention = ({ credential, source }: Shown): ReadonlyArray<string> => {
  const { problem, remedy } = credential ?? {}
  return problem === undefined ? [] : [`${source}: ${problem}${remedy === undefined ? "" : `; ${remedy}`}`]
}

/** The configuration file, or where it was looked for. */
export const fileOf = (path: string | undefined, lookedFor: ReadonlyArray<string>): string => {
  if (path !== undefined) return `configuration: ${path}`
  const nowhere = "neither HOME nor XDG_CONFIG_HOME says where"
  return `configuration: no file (${lookedFor.length === 0 ? nowhere : `not at ${lookedFor.join(" or ")}`})`
}
