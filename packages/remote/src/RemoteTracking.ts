/** What an opwatch server keeps watch over for the key that asks: it goes on when whoever asked has ended. */
import { Source } from "@opwatch/api/SourcesApi"
import { HistoryPage, TrackedPage, TrackedSummary } from "@opwatch/api/TrackingApi"
import type { SentBatchItem, TrackRequest } from "@opwatch/api/TrackRequest"
import { TrackingWebhook } from "@opwatch/api/Webhook"
import type { Change } from "@opwatch/core/Change"
import { present } from "@opwatch/core/FieldReader"
import type { OperationState } from "@opwatch/core/OperationState"
import type { ProviderError } from "@opwatch/core/ProviderError"
import * as Reference from "@opwatch/core/Reference"
import type { Labels, TrackedOperation } from "@opwatch/core/Tracking"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { ServerAddress } from "./ServerAddress.ts"
import * as ServerClient from "./ServerClient.ts"

/** The most that is tracked with one request. */
export const batchSize = 1_000

/** The most that is on a page. */
export const largestPage = 1_000

export interface PageRequest {
  readonly pageSize: number
  /** Of the page before; the first page without it. */
  readonly pageToken?: string | undefined
}

export interface Page<A> {
  readonly items: ReadonlyArray<A>
  /** Absent on the last page. */
  readonly nextPageToken: string | undefined
}

export interface Wish extends TrackRequest {
  readonly reference: Reference.Reference
}

export interface Tracked {
  /** Whether it was not tracked before. */
  readonly isNew: boolean
  /** Where it is tracked with one; a secret is the one that the server made, and is told this once. */
  readonly webhook?: TrackingWebhook | undefined
}

export interface Conditions {
  readonly source?: Reference.SourceName | undefined
  readonly state?: OperationState | undefined
  readonly kind?: string | undefined
  readonly label?: Labels | undefined
}

/** The answer for one of a batch; what is wrong with it is read as an answer of its own would be. */
const BatchAnswer = Schema.Struct({
  results: Schema.Array(
    Schema.Struct({
      status: Schema.Int,
      problem: Schema.optionalKey(Schema.Unknown),
      webhook: Schema.optionalKey(TrackingWebhook)
    })
  )
})

export const make = Effect.fnUntraced(function* (address: ServerAddress) {
  const client = yield* ServerClient.make(address)
  const { sources, tracking } = client.endpoints

  return {
    url: address.url,

    /** Where the operations of its sources are found, for reading references from URLs. */
    locations: Effect.map(
      client.json(
        server,
        sources.list({ responseMode: "response-only" }),
        Schema.Struct({ sources: Schema.Array(Source) })
      ),
      (answer) => answer.sources.flatMap(({ name, urls }) => urls.map((url) => ({ source: name, url })))
    ),

    /** At most `batchSize`, each with what became of it; one that is refused does not stop the others. */
    track: Effect.fn("RemoteTracking.track")(function* (wishes: ReadonlyArray<Wish>) {
      const call = tracking.batch({ payload: { operations: wishes.map(itemOf) }, responseMode: "response-only" })
      const { results } = yield* client.json(server, call, BatchAnswer)
      if (results.length !== wishes.length) {
        return yield* client.malformed(
          server,
          `the answer of ${address.url} is about ${results.length} of ${wishes.length}`
        )
      }
      return wishes.map(({ reference }, index): Result.Result<Tracked, ProviderError> => {
        const { problem, status = 0, webhook } = results[index] ?? {}
        return problem === undefined && status < 300
          ? Result.succeed({ isNew: status === 201, webhook })
          : Result.fail(client.refused(reference, { status, body: problem }))
      })
    }),

    untrack: Effect.fn("RemoteTracking.untrack")((reference: Reference.Reference) =>
      client.accepted(reference, tracking.untrack({ params: reference, responseMode: "response-only" }))
    ),

    /** The latest tracked first. */
    trackedPage: Effect.fn("RemoteTracking.tracked")((conditions: Conditions, page: PageRequest) => {
      const query = present({ ...conditions, ...page })
      const call = tracking.list({ query, responseMode: "response-only" })
      return Effect.map(
        client.json(server, call, TrackedPage),
        ({ nextPageToken, operations: items }): Page<TrackedOperation> => ({ items, nextPageToken })
      )
    }),

    /** The oldest first, as long as the server keeps them. */
    historyPage: Effect.fn("RemoteTracking.history")((reference: Reference.Reference, page: PageRequest) => {
      const call = tracking.history({ params: reference, query: present({ ...page }), responseMode: "response-only" })
      return Effect.map(
        client.json(reference, call, HistoryPage),
        ({ changes: items, nextPageToken }): Page<Change> => ({ items, nextPageToken })
      )
    }),

    /** With `wait`, of 30 seconds at most, once all are done or that time is up. */
    summary: Effect.fn("RemoteTracking.summary")((label: Labels, wait?: Duration.Duration) => {
      const call = tracking.summary({ query: { label, ...present({ wait }) }, responseMode: "response-only" })
      return client.json(server, call, TrackedSummary)
    })
  }
})

export type RemoteTracking = Effect.Success<ReturnType<typeof make>>

/** As it is sent: in the clear, for the server has to sign with it. */
const itemOf = ({ reference, webhook, ...wish }: Wish): typeof SentBatchItem.Type => {
  const item = { ref: Reference.format(reference), ...wish }
  if (webhook === undefined) return item
  const { secret, url } = webhook
  return { ...item, webhook: secret === undefined ? { url } : { url, secret: Redacted.value(secret) } }
}

/** Stands in errors for the source where it is about none. */
const server = { source: Reference.SourceName.make("opwatch") }
