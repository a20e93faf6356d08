/**
 * The `Sources` port on an opwatch server: its sources are asked for once, and are from then on as if they were configured
 * here. Credentials stay with the server.
 */
import { Source } from "@opwatch/api/SourcesApi"
import { SourceName } from "@opwatch/core/Reference"
import { Sources } from "@opwatch/core/Sources"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as RemoteProvider from "./RemoteProvider.ts"
import type { ServerAddress } from "./ServerAddress.ts"
import * as ServerClient from "./ServerClient.ts"

export interface RemoteSourcesOptions {
  readonly address: ServerAddress
  readonly diagnoses: RemoteProvider.Diagnoses
}

/** Fails where the server does not tell its sources. */
export const layer = (options: RemoteSourcesOptions) => Layer.effect(Sources, make(options))

const make = Effect.fnUntraced(function* ({ address, diagnoses }: RemoteSourcesOptions) {
  const client = yield* ServerClient.make(address)
  const { sources } = yield* client.json(
    { source: server },
    client.endpoints.sources.list({ responseMode: "response-only" }),
    Schema.Struct({ sources: Schema.Array(Source) })
  )
  return new Map(sources.map((source) => [source.name, RemoteProvider.make(client, source, diagnoses)] as const))
})

/** Stands in errors for the source where there is none yet: the server itself. */
const server = SourceName.make("opwatch")
