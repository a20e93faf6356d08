/** What is tracked, by the contract: the tracker does it, for the caller. */
import { Caller } from "@opwatch/access/Caller"
import { OpwatchApi } from "@opwatch/api/OpwatchApi"
import { NotTracked } from "@opwatch/api/Problems"
import { type BatchResult, TrackAnswer } from "@opwatch/api/TrackingApi"
import { defaultPageSize } from "@opwatch/api/TrackingParameters"
import { present } from "@opwatch/core/FieldReader"
import * as Reference from "@opwatch/core/Reference"
import { Sources } from "@opwatch/core/Sources"
import { Tracker } from "@opwatch/tracker/Tracker"
import { Webhooks } from "@opwatch/webhooks/Webhooks"
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
    const webhooks = yield* Webhooks
    const stopping = yield* Stopping
    const desk = { sources, tracker, webhooks }

    return handlers.handleAll({
      track: Effect.fnUntraced(function* ({ params, payload }) {
        const wish = Result.succeed({ reference: params, request: payload ?? {} })
        const results = yield* orStoreProblem(TrackMany.track(desk, yield* Caller, [wish]))
        const { operation, status, webhook } = yield* Effect.fromResult(Arr.getUnsafe(results, 0))
        return yield* Effect.orDie(respond({ ...operation, ...present({ webhook }) }, { status }))
      }),
      untrack: Effect.fnUntraced(function* ({ params }) {
        const { owner } = yield* Caller
        const removed = yield* orStoreProblem(tracker.untrack(owner, params))
        yield* orStoreProblem(webhooks.forTrackings(owner, [{ reference: params }]))
        if (!removed) return yield* notTracked(params)
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
        const answers = yield* orStoreProblem(TrackMany.track(desk, caller, wishes))
        const results = Arr.zip(items, answers).map(([{ ref }, answer]): BatchResult =>
          Result.isSuccess(answer)
            ? { ref, status: answer.success.status, ...present({ webhook: answer.success.webhook }) }
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

const respond = HttpServerResponse.schemaJson(TrackAnswer)

const notTracked = (reference: Reference.Reference) => {
  const ref = Reference.format(reference)
  return new NotTracked({ detail: `${ref} is not tracked`, hint: "PUT it to track it", ref })
}
