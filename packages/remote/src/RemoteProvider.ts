/** The provider port on one source of an opwatch server. */
import { LogPage } from "@opwatch/api/OperationsApi"
import { type Source, Listed } from "@opwatch/api/SourcesApi"
import { Operation, type ProviderName } from "@opwatch/core/Operation"
import type { LogStep } from "@opwatch/core/LogStep"
import { type Provider, withPolls } from "@opwatch/core/Provider"
import type { ProviderError } from "@opwatch/core/ProviderError"
import type { OperationId } from "@opwatch/core/Reference"
import { present } from "@opwatch/core/FieldReader"
import * as Effect from "effect/Effect"
import * as Ndjson from "effect/encoding/Ndjson"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as RemoteEvents from "./RemoteEvents.ts"
import type { ServerClient } from "./ServerClient.ts"

/** What the words of a provider mean, which is known here as well as there. */
export type Diagnoses = Readonly<Record<ProviderName, Provider["diagnose"]>>

/** Steps of a page: the first one comes soon, and as each page is read at the provider from the start, the rest are few. */
const firstPage = 1_000
const furtherPage = 10_000

export const make = (
  client: ServerClient,
  { capabilities, name: source, provider: name, urls }: Source,
  diagnoses: Diagnoses
): Provider => {
  const { operations, sources } = client.endpoints

  const get = Effect.fn("Remote.get")((id: OperationId) =>
    client.json(
      { source, id },
      operations.get({ params: { source, id }, query: {}, responseMode: "response-only" }),
      Operation
    )
  )

  const page = Effect.fn("Remote.log")((id: OperationId, pageToken: string | undefined) => {
    const query = pageToken === undefined ? { pageSize: firstPage } : { pageSize: furtherPage, pageToken }
    const call = operations.log({ params: { source, id }, query, responseMode: "response-only" })
    return client.json({ source, id }, call, LogPage)
  })

  return withPolls({
    source,
    name,
    urls,
    capabilities,
    get,
    changes: (id) => RemoteEvents.changes(client, { source, id }, get(id)),
    cancel: Effect.fn("Remote.cancel")((id: OperationId) =>
      client.json(
        { source, id },
        operations.cancel({ params: { source, id }, responseMode: "response-only" }),
        Operation
      )
    ),
    log: (id) =>
      Stream.paginate<string | undefined, LogStep, ProviderError>(undefined, (pageToken) =>
        Effect.map(
          page(id, pageToken),
          ({ nextPageToken, steps }) => [steps, Option.fromUndefinedOr(nextPageToken)] as const
        )
      ),
    list: (query) =>
      client
        .bytes(
          { source },
          sources.operations({ params: { source }, query: present({ ...query }), responseMode: "response-only" })
        )
        .pipe(
          Stream.pipeThroughChannel(Ndjson.decode({ ignoreEmptyLines: true })),
          Stream.mapEffect((line) => decodeListed(line)),
          Stream.mapEffect((listed) =>
            "problem" in listed ? Effect.fail(client.told({ source }, listed.problem)) : Effect.succeed(listed)
          ),
          Stream.catchTags({
            NdjsonError: () => Stream.fail(client.malformed({ source }, "the server sent a line that is not JSON")),
            SchemaError: () =>
              Stream.fail(client.malformed({ source }, "the server listed something that is no operation"))
          })
        ),
    diagnose: diagnoses[name]
  })
}

const decodeListed = Schema.decodeUnknownEffect(Listed)
