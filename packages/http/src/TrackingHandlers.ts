/** What is tracked, by the contract: the tracker does it, for the caller. */
import { Caller } from "@opwatch/access/Caller"
import { OpwatchApi } from "@opwatch/api/OpwatchApi"
import { NotTracked } from "@opwatch/api/Problems"
import type { BatchResult } from "@opwatch/api/TrackingApi"
import { defaultPageSize } from "@opwatch/api/TrackingParameters"
import { present } from "@opwatch/core/FieldReader"
import * as Reference from "@opwatch/core/Reference"
import { Sources } from "@opwatch/core/Sources"
import { TrackedOperation } from "@opwatch/core/Tracking"
import { Tracker } from "@opwatch/tracker/Tracker"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as BatchWishes from "./BatchWishes.ts"
import * as EventResponse from "./EventResponse.ts"
import { Stopping } from "./Stopping.ts"
import { orStoreProblem } from "./StoreProblem.ts"
import * as TrackingEvents from "./TrackingEvents.ts"
import * as TrackMany from "./TrackMany.ts"

export const layer = HttpApiBuilder.group(
  OpwatchApi,
  "tracking",
  Effect.fnUntraced(function* (handlers) {
    const sources = yield* Sources
    const tracker = yield* Tracker
    const stopping = yield* Stopping

    return handlers.handleAll({
      track: Effect.fnUntraced(function* ({ params, payload }) {
        const wish = Result.succeed({ reference: params, request: payload ?? {} })
        const results = yield* orStoreProblem(TrackMany.track(tracker, yield* Caller, [wish]))
        const { operation, status } = yield* Effect.fromResult(Arr.getUnsafe(results, 0))
        return yield* Effect.orDie(respond(operation, { status }))
      }),
      untrack: Effect.fnUntraced(function* ({ params }) {
        const { owner } = yield* Caller
        if (!(yield* orStoreProblem(tracker.untrack(owner, params)))) return yield* notTracked(params)
      }),
      list: Effect.fnUntraced(function* ({ query: { label, pageSize = defaultPageSize, pageToken, ...conditions } }) {
        const { owner } = yield* Caller
        const query = { owner, ...conditions, labels: label, limit: pageSize, after: pageToken }
        const { items, next } = yield* orStoreProblem(tracker.list(query))
        return { operations: items, ...present({ nextPageToken: next }) }
      }),
      history: Effect.fnUntraced(function* ({ params, query: { pageSize = defaultPageSize, pageToken } }) {
        const { owner } = yield* Caller
        if (Option.isNone(yield* orStoreProblem(tracker.tracked(owner, params)))) return yield* notTracked(params)
        const page = { limit: pageSize, after: pageToken }
        const { items, next } = yield* orStoreProblem(tracker.history(owner, params, page))
        return { changes: items, ...present({ nextPageToken: next }) }
      }),
      batch: Effect.fnUntraced(function* ({ payload }) {
        const caller = yield* Caller
        const items = BatchWishes.read(sources, caller, payload.operations)
        const wishes = items.map(({ wish }) => wish)
        const answers = yield* orStoreProblem(TrackMany.track(tracker, caller, wishes))
        const results = Arr.zip(items, answers).map(([{ ref }, answer]): BatchResult =>
          Result.isSuccess(answer)
            ? { ref, status: answer.success.status }
            : { ref, status: answer.failure.status, problem: answer.failure }
        )
        return { results }
      }),
      summary: Effect.fnUntraced(function* ({ query: { label = {}, wait } }) {
        const { owner } = yield* Caller
        return yield* orStoreProblem(
          Effect.raceFirst(
            tracker.summary(owner, label, { wait }),
            Effect.andThen(stopping.begun, tracker.summary(owner, label))
          )
        )
      }),
      events: Effect.fnUntraced(function* ({ headers, query, request }) {
        const { owner } = yield* Caller
        const { label: labels, lastEventId, ...conditions } = query
        const options = { lastEventId: headers["last-event-id"] ?? lastEventId, filter: { ...conditions, labels } }
        return EventResponse.make(request, stopping, TrackingEvents.encode(tracker, owner, options))
      })
    })
  })
)

const respond = HttpServerResponse.schemaJson(TrackedOperation)

const notTracked = (reference: Reference.Reference) => {
  const ref = Reference.format(reference)
  return new NotTracked({ detail: `${ref} is not tracked`, hint: "PUT it to track it", ref })
}
