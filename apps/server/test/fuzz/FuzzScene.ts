/** The server as it is composed for its users, on a database, with keys, beside an emulator and a provider that is hostile. */
import * as ApiKey from "@opwatch/access/ApiKey"
import { ApiKeys } from "@opwatch/access/ApiKeys"
import * as Limits from "@opwatch/access/Limits"
import * as Scope from "@opwatch/access/Scope"
import * as ServerSection from "@opwatch/access/ServerSection"
import { SourceName } from "@opwatch/core/Reference"
import { Sources } from "@opwatch/core/Sources"
import { Emulator } from "@opwatch/emulator/Emulator"
import * as ConfiguredSources from "@opwatch/sources/ConfiguredSources"
import * as NodeTransport from "@opwatch/sources/NodeTransport"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Redacted from "effect/Redacted"
import * as Fs from "node:fs"
import { join } from "node:path"
import * as Server from "../../src/Server.ts"
import { folder } from "../Process.ts"
import type { Document } from "./Document.ts"
import * as HostileProvider from "./HostileProvider.ts"

/** Small, so that they are reached. */
export const limits: Limits.Limits = { ...Limits.defaults, bodyBytes: 16 * 1024, streamsPerKey: 40 }

const hostile = SourceName.make("hostile")
const down = SourceName.make("down")

const keys = {
  all: { scopes: Scope.all },
  reader: { scopes: ["read"] },
  tracker: { scopes: ["track"], maxTracked: 3 },
  narrow: { scopes: ["read", "track", "cancel"], sources: [hostile] },
  expired: { scopes: Scope.all, expiresAt: "2026-01-02T00:00:00Z" },
  passer: { scopes: ["passthrough"] }
} as const

export type KeyName = keyof typeof keys

const opened = Effect.gen(function* () {
  const { url: emulator } = yield* Emulator
  const path = yield* folder
  const texts = Object.fromEntries(Object.keys(keys).map((name) => [name, ApiKey.generate()] as const))
  const kept = Object.entries(keys).map(([name, fields]) => ({
    name,
    hash: ApiKey.hashOf(texts[name] ?? Redacted.make("")),
    createdAt: "2026-01-01T00:00:00Z",
    ...fields
  }))
  Fs.writeFileSync(join(path, "keys.json"), JSON.stringify({ keys: kept }), { mode: 0o600 })
  const cloud = { provider: "cloud", url: emulator, auth: { kind: "none" } }
  const toloka = { provider: "toloka", url: `${emulator}/api/v1`, auth: { kind: "none" } }
  Fs.writeFileSync(join(path, "config.json"), JSON.stringify({ sources: { cloud, toloka } }))

  const environment = { OPWATCH_CONFIG: join(path, "config.json") }
  const configured = ConfiguredSources.layer({ config: undefined, environment }).pipe(
    Layer.provide([NodeTransport.layer(environment), NodeServices.layer])
  )
  const sources = Layer.effect(
    Sources,
    Effect.map(Sources, (found) => {
      const known = [...found].filter(([name]) => name === "cloud" || name === "toloka")
      return new Map([
        ...known,
        [hostile, HostileProvider.make(hostile)] as const,
        [down, HostileProvider.make(down, true)] as const
      ])
    })
  ).pipe(Layer.provide(configured))

  /** What is a mistake of the server's. */
  const errors: Array<string> = []
  const logger = Logger.make(({ cause, logLevel, message }) => {
    if (logLevel === "Error" || logLevel === "Fatal") errors.push(`${String(message)}\n${Cause.pretty(cause)}`)
  })
  const announced = yield* Deferred.make<string>()
  const server = Server.layer({
    address: { host: "127.0.0.1", port: 0 },
    section: { ...ServerSection.defaults, limits },
    database: { url: undefined, file: join(path, "opwatch.db") },
    announce: (url) => Deferred.succeed(announced, url)
  })
  yield* Layer.build(
    server.pipe(
      Layer.provide([sources, ApiKeys.layer(join(path, "keys.json")), NodeServices.layer]),
      Layer.provide(Logger.layer([logger]))
    )
  )
  const url = yield* Deferred.await(announced)
  const keyTexts: Readonly<Record<string, string>> = Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, Redacted.value(text)])
  )
  const text = yield* Effect.promise(() => fetch(`${url}/openapi.json`).then((answer) => answer.text()))
  const document: Document = JSON.parse(text)
  return { url, port: Number(new URL(url).port), keys: keyTexts, document, errors }
})

export class FuzzScene extends Context.Service<FuzzScene, Effect.Success<typeof opened>>()(
  "@opwatch/server/test/fuzz/FuzzScene"
) {
  static readonly layer = Layer.effect(FuzzScene, opened).pipe(Layer.provide(Emulator.layer()))
}

export const scopesOf = (name: string | undefined): ReadonlyArray<Scope.Scope> =>
  name === undefined || name === "expired" ? [] : (keys[name as KeyName]?.scopes ?? [])
