/** The server as a process on an emulator that checks credentials, with keys, for clients that know the providers alone. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as ApiKey from "@opwatch/access/ApiKey"
import type { Scope } from "@opwatch/access/Scope"
import { Emulator } from "@opwatch/emulator/Emulator"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { listening } from "./Process.ts"

export const tokens = { toloka: "y0_the-toloka-token-of-the-server", cloud: "t1.the-cloud-token.of-the-server" }

/** The emulator lets in whoever has these, and nobody else. */
export const credentials = {
  toloka: { oauth: [Redacted.make(tokens.toloka)] },
  cloud: { iamToken: [Redacted.make(tokens.cloud)] }
}

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "opwatch-mirror-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true }))
)

/** A server whose sources mirror as they are told, with more of them, and a key for each list of scopes. */
export const start = Effect.fnUntraced(function* <Keys extends Record<string, ReadonlyArray<Scope>>>(
  scopesOf: Keys,
  { more, ...mirror }: { readonly toloka?: object; readonly cloud?: object; readonly more?: object } = {}
) {
  const { url } = yield* Emulator
  const path = yield* folder
  const sources = {
    toloka: {
      provider: "toloka",
      url: `${url}/api/v1`,
      auth: { kind: "oauth", tokenEnv: "TOLOKA" },
      mirror: mirror.toloka ?? {}
    },
    cloud: { provider: "cloud", url, auth: { kind: "iamToken", tokenEnv: "CLOUD" }, mirror: mirror.cloud ?? {} },
    ...more
  }
  const keys = Object.keys(scopesOf).map((name) => ({ name, text: ApiKey.generate() }))
  const kept = keys.map(({ name, text }) => ({
    name,
    hash: ApiKey.hashOf(text),
    scopes: scopesOf[name],
    createdAt: "2026-01-01T00:00:00Z"
  }))
  writeFileSync(join(path, "config.json"), JSON.stringify({ sources }))
  writeFileSync(join(path, "keys.json"), JSON.stringify({ keys: kept }), { mode: 0o600 })
  const server = yield* listening({
    OPWATCH_CONFIG: join(path, "config.json"),
    OPWATCH_API_KEYS_FILE: join(path, "keys.json"),
    XDG_STATE_HOME: path,
    TOLOKA: tokens.toloka,
    CLOUD: tokens.cloud
  })
  const keyOf = (name: keyof Keys): string => {
    const found = keys.find((key) => key.name === name)
    return found === undefined ? "" : Redacted.value(found.text)
  }
  return { ...server, emulator: url, keyOf }
})

export const send = (url: string, init: RequestInit = {}) =>
  Effect.promise(async (signal) => {
    const answer = await fetch(url, { redirect: "manual", signal, ...init })
    const text = await answer.text()
    return { status: answer.status, headers: answer.headers, text }
  })

/** Lets the emulator run an operation. */
export const place = Effect.fnUntraced(function* (script: object) {
  const { url } = yield* Emulator
  yield* send(`${url}/_emulator/operations`, { method: "POST", body: JSON.stringify(script) })
})

interface Counted {
  readonly operations: Readonly<Record<string, { readonly get: number; readonly cancel: number }>>
}

/** How often the emulator was asked about an operation. */
export const requests = Effect.fnUntraced(function* (id: string) {
  const { url } = yield* Emulator
  const { text } = yield* send(`${url}/_emulator/requests`)
  const counted: Counted = JSON.parse(text)
  return counted.operations[id] ?? { get: 0, cancel: 0 }
})
