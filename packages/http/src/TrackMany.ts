/** Tracking for a caller: one operation or many, where one that is refused does not stop the others. */
import { type Caller, sees } from "@opwatch/access/Caller"
import { SourceNotFound, TooManyTracked, WebhooksUnavailable } from "@opwatch/api/Problems"
import type { BatchProblem } from "@opwatch/api/TrackingApi"
import { deadlineAt, type TrackRequest } from "@opwatch/api/TrackRequest"
import { format, type Reference, type UnknownSource } from "@opwatch/core/Reference"
import type { TrackedOperation } from "@opwatch/core/Tracking"
import type { TrackResult } from "@opwatch/tracker/Store"
import type { StoreError } from "@opwatch/tracker/StoreError"
import type * as Trackers from "@opwatch/tracker/Tracker"
import * as Arr from "effect/Array"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"

export interface Wish {
  readonly reference: Reference
  readonly request: TrackRequest
}

export interface Tracked {
  readonly status: 201 | 200
  readonly operation: TrackedOperation
}

/** Each result in its place; all that can be tracked is, or after a `StoreError` none. */
export const track = Effect.fnUntraced(function* (
  tracker: Trackers.Tracker["Service"],
  caller: Caller["Service"],
  wishes: ReadonlyArray<Result.Result<Wish, BatchProblem>>
): Effect.fn.Return<ReadonlyArray<Result.Result<Tracked, BatchProblem>>, StoreError> {
  const now = yield* Clock.currentTimeMillis
  const requests = wishes.map((wish) => Result.flatMap(wish, (wish) => requestOf(caller, wish, now)))
  const answers = yield* tracker.track(requests.filter(Result.isSuccess).map(({ success }) => success))
  let answered = 0
  return requests.map((request) =>
    Result.flatMap(request, ({ reference }) => answerOf(caller, reference, Arr.getUnsafe(answers, answered++)))
  )
})

const requestOf = (
  caller: Caller["Service"],
  { reference, request: { deadline, labels, webhook } }: Wish,
  nowMillis: number
): Result.Result<Trackers.TrackRequest, BatchProblem> => {
  const ref = format(reference)
  if (!sees(caller, reference.source)) {
    return Result.fail(
      new SourceNotFound({ detail: `there is no source "${reference.source}" for the key ${caller.owner}`, ref })
    )
  }
  if (webhook !== undefined) {
    return Result.fail(
      new WebhooksUnavailable({ detail: "this server sends no webhooks", hint: "read /v1/events instead", ref })
    )
  }
  return Result.succeed({
    owner: caller.owner,
    reference,
    labels,
    deadline: deadline === undefined ? undefined : Option.getOrUndefined(deadlineAt(deadline, nowMillis)),
    limit: caller.maxTracked
  })
}

const answerOf = (
  caller: Caller["Service"],
  reference: Reference,
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
    : Result.succeed({ status: status === "created" ? 201 : 200, operation: tracked })
}
