/** Both providers as the emulator plays them, and what it is told to do. */
import { Emulator } from "@opwatch/emulator/Emulator"
import * as Effect from "effect/Effect"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { folder } from "./Process.ts"

export const control = Effect.fnUntraced(function* (method: string, path: string, body?: unknown) {
  const { url } = yield* Emulator
  const init = { method, ...(body !== undefined && { body: JSON.stringify(body) }) }
  const answer = yield* Effect.promise(() => fetch(`${url}/_emulator/${path}`, init))
  const text = yield* Effect.promise(() => answer.text())
  if (!answer.ok) throw new Error(text)
  return text
})

/** In place of those of the same ids. */
export const place = (scripts: ReadonlyArray<object>) => control("POST", "operations", scripts)

/** How often it was asked for the operation. */
export const polls = Effect.fnUntraced(function* (id: string) {
  const counted: { readonly operations: Readonly<Record<string, { readonly get: number }>> } = JSON.parse(
    yield* control("GET", "requests")
  )
  return counted.operations[id]?.get ?? 0
})

/** The file that configures them, without limits, and webhooks to loopback; `server` has more of that section. */
export const configured = Effect.fnUntraced(function* (server: object) {
  const { url } = yield* Emulator
  const path = join(yield* folder, "config.json")
  const source = { auth: { kind: "none" }, rateLimit: { requests: 100_000, per: "1s" } }
  const sources = {
    toloka: { provider: "toloka", url: `${url}/api/v1`, ...source },
    cloud: { provider: "cloud", url, ...source }
  }
  writeFileSync(path, JSON.stringify({ sources, server: { webhooks: { allowPrivate: true }, ...server } }))
  return path
})

export const configuration = configured({})
