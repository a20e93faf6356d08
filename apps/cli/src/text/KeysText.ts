/** API keys as people and programs are shown them: all that is kept of them but their hashes. */
import type { ApiKey } from "@opwatch/access/ApiKey"
import { isExpired } from "@opwatch/access/Keyring"
import * as Table from "../terminal/Table.ts"
import type { Terminal } from "../terminal/Terminal.ts"

/** For programs; an expired one says so. */
export const toJson = ({ hash: _, ...key }: ApiKey, nowMillis: number) => ({
  ...key,
  ...(isExpired({ hash: _, ...key }, nowMillis) ? { expired: true } : {})
})

export const render = (keys: ReadonlyArray<ApiKey>, nowMillis: number, terminal: Terminal): string => {
  const table = Table.make(columns, terminal)
  const rows = keys.map((key) => {
    const { createdAt, expiresAt, maxTracked, name, scopes, sources } = key
    const end =
      expiresAt === undefined ? "never" : isExpired(key, nowMillis) ? `expired ${day(expiresAt)}` : day(expiresAt)
    return [name, scopes.join(","), sources?.join(",") ?? "all", maxTracked?.toString() ?? "-", day(createdAt), end]
  })
  return `${table.page(rows.map((row) => row.map((text) => ({ text }))))}${table.end()}`
}

const columns: ReadonlyArray<Table.Column> = [
  { title: "NAME" },
  { title: "SCOPES" },
  { title: "SOURCES", cut: { at: "end", least: () => 12 } },
  { title: "MAX TRACKED" },
  { title: "CREATED" },
  { title: "EXPIRES" }
]

const day = (timestamp: string): string => timestamp.slice(0, 10)
