/** Toloka's own list of operations, page by page as it is read. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Backoff from "@opwatch/core/Backoff"
import { isObject } from "@opwatch/core/FieldReader"
import * as ListQuery from "@opwatch/core/ListQuery"
import type { Operation } from "@opwatch/core/Operation"
import type { OperationState } from "@opwatch/core/OperationState"
import { ProviderError, Unsupported } from "@opwatch/core/ProviderError"
import type { SourceName } from "@opwatch/core/Reference"
import * as ListedOperations from "@opwatch/rest/ListedOperations"
import type { RestClient } from "@opwatch/rest/RestClient"
import * as TolokaWalk from "./TolokaWalk.ts"
import { toOperation } from "./TolokaWire.ts"

type Query = ListQuery.ListQuery

export const make = (source: SourceName, client: RestClient) => {
  const pageAt = Effect.fn("Toloka.list")(function* (parameters: TolokaWalk.Parameters) {
    const path = `/operations?${new URLSearchParams(parameters)}`
    const answer = yield* Backoff.retry(client.json({ method: "GET", path }))
    const { has_more, items } = isObject(answer) ? answer : {}
    const operations = yield* ListedOperations.read(source, items, toOperation)
    return { operations, hasMore: has_more !== false } satisfies TolokaWalk.Page
  })

  return (query: Query): Stream.Stream<Operation, ProviderError> => {
    if (query.resource !== undefined) return Stream.fail(notByResource(source))
    if (isNever(query)) return Stream.empty
    const order = query.order ?? "newest"
    const fixed = parametersOf(query, order)
    const walk = Effect.fnUntraced(function* (position: TolokaWalk.Position) {
      const page = yield* pageAt({ ...fixed, ...TolokaWalk.parametersOf(order, position) })
      const { fresh, next } = TolokaWalk.step(order, position, page)
      if (next !== "stuck") return [fresh, Option.fromUndefinedOr(next)] as const
      return yield* ListedOperations.malformed(source, 'no operation of the page has a "submitted" to go on from')
    })
    const edge = order === "newest" ? query.until : query.since
    return Stream.paginate(TolokaWalk.startAt(edge), walk).pipe(ListQuery.select(query))
  }
}

/** The most that a page may hold. */
const maxPage = 300

/** What every page is asked for; the position in the list comes on top. */
const parametersOf = (query: Query, order: TolokaWalk.Order): TolokaWalk.Parameters => {
  const { finishedSince, finishedUntil, kind, limit = maxPage, since, state, until } = query
  const status = state === undefined ? undefined : statuses[state]
  const sift = query.done !== undefined || (state !== undefined && status === undefined)
  return {
    limit: String(sift ? maxPage : Math.max(1, Math.min(limit, maxPage))),
    ...(kind === undefined ? {} : { type: kind }),
    ...(status === undefined ? {} : { status }),
    ...(order === "newest" && since !== undefined ? { submitted_gte: TolokaWalk.timeOf(since) } : {}),
    ...(order === "oldest" && until !== undefined ? { submitted_lte: TolokaWalk.timeOf(until) } : {}),
    ...(finishedSince === undefined ? {} : { finished_gte: TolokaWalk.timeOf(finishedSince) }),
    ...(finishedUntil === undefined ? {} : { finished_lte: TolokaWalk.timeOf(finishedUntil) })
  }
}

/** States that no status stands for are told apart here. */
const statuses: Partial<Record<OperationState, string>> = {
  pending: "PENDING",
  running: "RUNNING",
  succeeded: "SUCCESS",
  failed: "FAIL"
}

/** Toloka's operations are never in these states. */
const isNever = ({ state }: Query): boolean => state === "rolling_back" || state === "cancelled" || state === "lost"

const notByResource = (source: SourceName): ProviderError =>
  new ProviderError({
    source,
    reason: new Unsupported(),
    message: "Toloka lists the operations of the whole account, not those of a resource: ask without one",
    hint: "state, kind and time narrow the list down"
  })
