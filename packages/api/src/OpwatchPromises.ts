/**
 * A client of the server for TypeScript without Effect: promises, async iterables, plain values, by the same contract as
 * `OpwatchClient`. Waits and streams go on when the connection breaks; every other request is sent once. What goes wrong is
 * thrown as an `OpwatchError`, what is aborted as the signal's reason.
 */
import { present } from "@opwatch/core/FieldReader"
import { type Reference, SourceName } from "@opwatch/core/Reference"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as LongPoll from "./LongPoll.ts"
import * as OpwatchClient from "./OpwatchClient.ts"
import type { OpwatchError } from "./OpwatchError.ts"
import * as PlainArguments from "./PlainArguments.ts"
import * as PlainEvents from "./PlainEvents.ts"
import * as Values from "./PlainValues.ts"
import { iterable, promise } from "./Promised.ts"
import * as ServerAnswers from "./ServerAnswers.ts"
import * as ServerEvents from "./ServerEvents.ts"
import { conditions } from "./TrackingParameters.ts"
import { TrackRequest } from "./TrackRequest.ts"

export { OpwatchError } from "./OpwatchError.ts"
export type {
  Change,
  CompactOperation,
  Explanation,
  Labels,
  LogStep,
  Operation,
  Reset,
  SourceDurations,
  Summary,
  TrackedEvent,
  TrackedOperation,
  Tracking,
  TrackRequest
} from "./PlainValues.ts"

export interface Options {
  /** Where the server listens, such as `http://127.0.0.1:4080`. */
  readonly url: string
  /** An API key of the server. */
  readonly apiKey?: string | undefined
  /** Lets the key go over a network in the clear. */
  readonly insecure?: boolean | undefined
}

export interface Asking {
  readonly signal?: AbortSignal | undefined
}

/** All must hold. */
export interface Conditions {
  readonly source?: string
  readonly state?: Values.Operation["state"]
  readonly kind?: string
  readonly labels?: Values.Labels
}

/** Operations are named by references such as `toloka/57068577e4b0bf7b07a0256f`; durations are texts such as `90s` and `1h30m`. */
export class OpwatchPromises {
  readonly #endpoints: Effect.Success<ReturnType<typeof OpwatchClient.make>>

  constructor({ apiKey, insecure = false, url }: Options) {
    const key = apiKey === undefined ? undefined : PlainArguments.key(apiKey, new URL(url), insecure)
    const client = OpwatchClient.make(url.replace(/\/+$/, ""), { key })
    this.#endpoints = Effect.runSync(Effect.provide(client, FetchHttpClient.layer))
  }

  /** The operation now; with `maxAge` no older than that. One that failed is no error. */
  get(ref: string, { maxAge, signal }: Asking & { readonly maxAge?: string } = {}): Promise<Values.Operation> {
    const asked = Effect.flatMap(PlainArguments.duration(maxAge), (age) =>
      about(ref, (params) => this.#get(params, age))
    )
    return promise(asked, signal)
  }

  /**
   * The operation once it is done, or as it is when `timeout` is up: `done` tells. Without a `timeout` as long as it takes.
   * Outages after the first answer are ridden out for a quarter of an hour.
   */
  wait(ref: string, { signal, timeout }: Asking & { readonly timeout?: string } = {}): Promise<Values.Operation> {
    const polled = (params: Reference): LongPoll.Polled<Values.Operation> => ({
      now: this.#get(params, undefined),
      within: (time) =>
        ServerAnswers.json(
          this.#endpoints.operations.wait({ params, query: { timeout: time }, ...raw }),
          Values.Operation
        ),
      isDone: ({ done }) => done
    })
    const waited = Effect.flatMap(PlainArguments.duration(timeout), (time = Duration.infinity) =>
      about(ref, (params) => LongPoll.wait(polled(params), time))
    )
    return promise(waited, signal)
  }

  /** Why the operation is as it is, and what to do next. */
  explain(ref: string, { signal }: Asking = {}): Promise<Values.Explanation> {
    const call = (params: Reference) => this.#endpoints.operations.explanation({ params, ...raw })
    return promise(
      about(ref, (params) => ServerAnswers.json(call(params), Values.Explanation)),
      signal
    )
  }

  /** Asks to cancel; how it ends is for `wait` to tell. */
  cancel(ref: string, { signal }: Asking = {}): Promise<Values.Operation> {
    const call = (params: Reference) => this.#endpoints.operations.cancel({ params, ...raw })
    return promise(
      about(ref, (params) => ServerAnswers.json(call(params), Values.Operation)),
      signal
    )
  }

  /** The log, step by step. */
  log(ref: string, { signal }: Asking = {}): AsyncIterable<Values.LogStep> {
    const { operations } = this.#endpoints
    const steps = aboutEach(ref, (params) =>
      paged((query) =>
        Effect.map(
          ServerAnswers.json(operations.log({ params, query, ...raw }), Values.LogPage),
          ({ nextPageToken, steps }) => [steps, nextPageToken]
        )
      )
    )
    return iterable(steps, signal)
  }

  /** Keeps watch until the operation ends. A webhook's secret that the server made is told in this answer alone. */
  track(ref: string, { signal, ...request }: Values.TrackRequest & Asking = {}): Promise<Values.Tracking> {
    const { tracking } = this.#endpoints
    const tracked = Effect.flatMap(PlainArguments.decoded(TrackRequest, request), (payload) =>
      about(ref, (params) => ServerAnswers.json(tracking.track({ params, payload, ...raw }), Values.Tracking))
    )
    return promise(tracked, signal)
  }

  /** The operation itself goes on. */
  untrack(ref: string, { signal }: Asking = {}): Promise<void> {
    const call = (params: Reference) => this.#endpoints.tracking.untrack({ params, ...raw })
    return promise(
      about(ref, (params) => ServerAnswers.done(call(params))),
      signal
    )
  }

  /** What is tracked with this key, the latest first. */
  tracked({ signal, ...conditions }: Conditions & Asking = {}): AsyncIterable<Values.TrackedOperation> {
    const operations = Stream.unwrap(
      Effect.map(queryOf(conditions), (query) =>
        paged((page) =>
          Effect.map(
            ServerAnswers.json(
              this.#endpoints.tracking.list({ query: { ...query, ...page }, ...raw }),
              Values.TrackedPage
            ),
            ({ nextPageToken, operations }) => [operations, nextPageToken]
          )
        )
      )
    )
    return iterable(operations, signal)
  }

  /** What happened to a tracked operation, the oldest change first. */
  history(ref: string, { signal }: Asking = {}): AsyncIterable<Values.Change> {
    const { tracking } = this.#endpoints
    const changes = aboutEach(ref, (params) =>
      paged((query) =>
        Effect.map(
          ServerAnswers.json(tracking.history({ params, query, ...raw }), Values.HistoryPage),
          ({ changes, nextPageToken }) => [changes, nextPageToken]
        )
      )
    )
    return iterable(changes, signal)
  }

  /** How far all is that is tracked under these labels; with `wait`, once all is done or that time is up. */
  summary({
    labels = {},
    signal,
    wait
  }: Asking & { readonly labels?: Values.Labels; readonly wait?: string } = {}): Promise<Values.Summary> {
    const ask = (wait?: Duration.Duration) =>
      ServerAnswers.json(
        this.#endpoints.tracking.summary({ query: { label: labels, ...present({ wait }) }, ...raw }),
        Values.Summary
      )
    const polled = { now: ask(), within: ask, isDone: ({ done, total }: Values.Summary) => done >= total }
    const counted = Effect.flatMap(PlainArguments.duration(wait), (time = Duration.zero) => LongPoll.wait(polled, time))
    return promise(counted, signal)
  }

  /** How long the operations of a source take, by kind, and what polls at a `price`, the server's unless given, come to. */
  durations(
    source: string,
    { price, signal }: Asking & { readonly price?: string } = {}
  ): Promise<Values.SourceDurations> {
    const { sources } = this.#endpoints
    const known = Effect.gen(function* () {
      const params = { source: yield* PlainArguments.decoded(SourceName, source) }
      const query = present({ price: yield* PlainArguments.duration(price) })
      return yield* ServerAnswers.json(sources.durations({ params, query, ...raw }), Values.SourceDurations)
    })
    return promise(known, signal)
  }

  /**
   * Each change of what is tracked, from now on or after the event of `lastEventId`, each once and in order, across outages
   * and restarts. It ends only by its signal, by leaving the loop, or with an error.
   */
  events({
    lastEventId,
    signal,
    ...conditions
  }: Conditions & Asking & { readonly lastEventId?: string } = {}): AsyncIterable<Values.TrackedEvent | Values.Reset> {
    const { tracking } = this.#endpoints
    const events = Stream.unwrap(
      Effect.map(queryOf(conditions), (query) =>
        ServerEvents.read(
          (last = beforeAll) => tracking.events({ query: { ...query, lastEventId: last }, headers: {}, ...raw }),
          lastEventId
        )
      )
    ).pipe(
      // Where the server was asked for a place to begin, that is all its first event says.
      Stream.drop(lastEventId === undefined ? 1 : 0),
      PlainEvents.changes
    )
    return iterable(events, signal)
  }

  /** The operation now, then after each change; it ends after the final one, whatever becomes of the connection meanwhile. */
  watch(ref: string, { signal }: Asking = {}): AsyncIterable<Values.CompactOperation> {
    const { operations } = this.#endpoints
    const events = aboutEach(ref, (params) =>
      ServerEvents.read(
        (last) => operations.events({ params, query: {}, headers: present({ "last-event-id": last }), ...raw }),
        undefined
      )
    )
    return iterable(PlainEvents.states(events), signal)
  }

  #get(params: Reference, maxAge: Duration.Duration | undefined) {
    const call = this.#endpoints.operations.get({ params, query: present({ maxAge }), ...raw })
    return ServerAnswers.json(call, Values.Operation)
  }
}

const raw = { responseMode: "response-only" } as const

/** No id was ever like this: the server answers it with the present one, so that there is one to resume from at once. */
const beforeAll = ""

const about = <A>(ref: string, ask: (params: Reference) => Effect.Effect<A, OpwatchError>) =>
  Effect.flatMap(PlainArguments.reference(ref), ask)

const aboutEach = <A>(ref: string, ask: (params: Reference) => Stream.Stream<A, OpwatchError>) =>
  Stream.unwrap(Effect.map(PlainArguments.reference(ref), ask))

const pageSize = 1_000

const paged = <A>(
  page: (query: {
    readonly pageSize: number
    readonly pageToken?: string
  }) => Effect.Effect<readonly [ReadonlyArray<A>, string | undefined], OpwatchError>
): Stream.Stream<A, OpwatchError> =>
  Stream.paginate<string | undefined, A, OpwatchError>(undefined, (pageToken) =>
    Effect.map(
      page({ pageSize, ...present({ pageToken }) }),
      ([items, next]) => [items, Option.fromUndefinedOr(next)] as const
    )
  )

const query = Schema.toType(Schema.Struct(conditions))

const queryOf = ({ labels, ...rest }: Conditions) => PlainArguments.decoded(query, present({ ...rest, label: labels }))
