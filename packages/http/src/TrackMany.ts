/** Tracking for a caller: one operation or many, where one that is refused does not stop the others. */
import { type Caller, sees } from "@opwatch/access/Caller"
import { SourceNotFound, TooManyTracked } from "@opwatch/api/Problems"
import type { BatchProblem } from "@opwatch/api/TrackingApi"
import { deadlineAt, type TrackRequest } from "@opwatch/api/TrackRequest"
import type { TrackingWebhook } from "@opwatch/api/Webhook"
import { present } from "@opwatch/core/FieldReader"
import { format, type Reference, UnknownSource } from "@opwatch/core/Reference"
import type { Sources } from "@opwatch/core/Sources"
import type { TrackedOperation } from "@opwatch/core/Tracking"
import type { TrackResult } from "@opwatch/tracker/Store"
import type { StoreError } from "@opwatch/tracker/StoreError"
import type * as Trackers from "@opwatch/tracker/Tracker"
import type { Subscribed, Webhooks } from "@opwatch/webhooks/Webhooks"
import * as Arr from "effect/Array"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as WebhookProblem from "./WebhookProblem.ts"

export interface Wish {
  readonly reference: Reference
  readonly request: TrackRequest
}

export interface Tracked {
  readonly status: 201 | 200
  readonly operation: TrackedOperation
  readonly webhook: TrackingWebhook | undefined
}

/** What it takes. */
export interface Desk {
  readonly sources: Sources["Service"]
  readonly tracker: Trackers.Tracker["Service"]
  readonly webhooks: Webhooks["Service"]
}

/**
 * Each result in its place; all that can be tracked is, or after a `StoreError` none. A webhook is there before its operation
 * is tracked, so that it is told of the first change, and goes if there is no room to track it.
 */
export const track = Effect.fnUntraced(function* (
  { sources, tracker, webhooks }: Desk,
  caller: Caller["Service"],
  wishes: ReadonlyArray<Result.Result<Wish, BatchProblem>>
): Effect.fn.Return<ReadonlyArray<Result.Result<Tracked, BatchProblem>>, StoreError> {
  const { owner } = caller
  const now = yield* Clock.currentTimeMillis
  const known = wishes.map((wish) => Result.flatMap(wish, (wish) => knownTo(caller, sources, wish)))
  const hooks = yield* webhooks.forTrackings(
    owner,
    succeeded(known).map(({ reference, request: { webhook } }) => ({ reference, webhook }))
  )
  const hooked = inPlace(known, hooks, (wish, hook) =>
    Result.mapBoth(hook, {
      onFailure: (refused) => WebhookProblem.of(refused, format(wish.reference)),
      onSuccess: (subscribed) => ({ ...wish, subscribed })
    })
  )
  const answers = yield* tracker.track(succeeded(hooked).map((wish) => requestOf(caller, wish, now)))
  const tracked = inPlace(hooked, answers, (wish, answer) => answerOf(caller, wish, answer))
  const refused = Arr.zip(succeeded(hooked), answers).flatMap(([{ reference }, answer]) =>
    Result.isSuccess(answer) && answer.success.tracked !== undefined ? [] : [{ reference }]
  )
  if (refused.length > 0) yield* webhooks.forTrackings(owner, refused)
  return tracked
})

const succeeded = <A, E>(results: ReadonlyArray<Result.Result<A, E>>): ReadonlyArray<A> =>
  results.filter(Result.isSuccess).map(({ success }) => success)

/** Goes on with what came of those that succeeded, which is in the same order. */
const inPlace = <A, E, B, C, F>(
  results: ReadonlyArray<Result.Result<A, E>>,
  answers: ReadonlyArray<B>,
  next: (one: A, answer: B) => Result.Result<C, F>
): ReadonlyArray<Result.Result<C, E | F>> => {
  let answered = 0
  return results.map((result) => Result.flatMap(result, (one) => next(one, Arr.getUnsafe(answers, answered++))))
}

const knownTo = (
  caller: Caller["Service"],
  sources: Sources["Service"],
  wish: Wish
): Result.Result<Wish, SourceNotFound> => {
  const { source } = wish.reference
  const ref = format(wish.reference)
  if (!sees(caller, source)) {
    return Result.fail(
      new SourceNotFound({ detail: `there is no source "${source}" for the key ${caller.owner}`, ref })
    )
  }
  if (sources.has(source)) return Result.succeed(wish)
  const known = [...sources.keys()].filter((name) => sees(caller, name))
  return Result.fail(new SourceNotFound({ detail: new UnknownSource({ source, known }).message, ref }))
}

const requestOf = (
  { maxTracked, owner }: Caller["Service"],
  { reference, request: { deadline, labels } }: Wish,
  nowMillis: number
): Trackers.TrackRequest => ({
  owner,
  reference,
  labels,
  deadline: deadline === undefined ? undefined : Option.getOrUndefined(deadlineAt(deadline, nowMillis)),
  limit: maxTracked
})

const answerOf = (
  caller: Caller["Service"],
  { reference, subscribed }: Wish & { readonly subscribed: Subscribed | undefined },
  result: Result.Result<TrackResult, UnknownSource>
): Result.Result<Tracked, BatchProblem> => {
  const ref = format(reference)
  if (Result.isFailure(result)) return Result.fail(new SourceNotFound({ detail: result.failure.message, ref }))
  const { status, tracked } = result.success
  return tracked === undefined
    ? Result.fail(
        new TooManyTracked({
          detail: `the key ${caller.owner} tracks ${caller.maxTracked ?? 0} unfinished operations, and may not track more`,
          hint: "there is room again when some of them end or are no longer tracked",
          ref
        })
      )
    : Result.succeed({
        status: status === "created" ? 201 : 200,
        operation: tracked,
        webhook: subscribed && { subscription: subscribed.subscription.id, ...present({ secret: subscribed.secret }) }
      })
}
