/** The operations of one resource, page by page as they are read, from the service that the resource belongs to. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import * as Backoff from "@opwatch/core/Backoff"
import { isObject } from "@opwatch/core/FieldReader"
import * as ListQuery from "@opwatch/core/ListQuery"
import type { Operation } from "@opwatch/core/Operation"
import { isFinal } from "@opwatch/core/OperationState"
import { InvalidQuery, ProviderError, type Reason, Unsupported } from "@opwatch/core/ProviderError"
import type { SourceName } from "@opwatch/core/Reference"
import * as ListedOperations from "@opwatch/rest/ListedOperations"
import * as CloudResources from "./CloudResources.ts"
import type { CloudServices } from "./CloudServices.ts"
import { toOperation } from "./CloudWire.ts"

type Query = ListQuery.ListQuery

/** Where the next page begins, and what must not come again. */
interface Position {
  readonly token: string | undefined
  readonly passed: ReadonlySet<string>
  readonly lastPage: ReadonlySet<string>
}

const start: Position = { token: undefined, passed: new Set(), lastPage: new Set() }

/** What a page holds where nobody asks for more or less; results can be large. */
const pageSize = 100

export const make = (source: SourceName, { clientOf }: CloudServices) => {
  const ask = Effect.fn("Cloud.list")(function* (resource: CloudResources.CloudResource, path: string) {
    const client = yield* clientOf(resource)
    return yield* Effect.catchReason(
      client.json({ method: "GET", path }),
      "ProviderError",
      "OperationNotFound",
      (_, error) => Effect.fail(new ProviderError({ ...error, message: error.message, hint: hintNotFound }))
    )
  })

  return (query: Query): Stream.Stream<Operation, ProviderError> => {
    const refuse = (reason: Reason, told: CloudResources.NoResource) =>
      Stream.fail(new ProviderError({ source, reason, ...told }))
    if (query.resource === undefined) return refuse(new Unsupported(), noResource)
    if (query.order === "oldest") return refuse(new Unsupported(), notOldestFirst)
    const parsed = CloudResources.parse(query.resource)
    if (Result.isFailure(parsed)) return refuse(new InvalidQuery(), parsed.failure)
    const resource = parsed.success
    const walk = Effect.fnUntraced(function* ({ lastPage, passed, token }: Position) {
      const parameters = new URLSearchParams(parametersOf(resource, query, token))
      const answer = yield* Backoff.retry(ask(resource, `${resource.path}?${parameters}`))
      if (!isObject(answer)) return yield* ListedOperations.malformed(source, "the answer is no list of operations")
      const { nextPageToken, operations: items = [] } = answer
      const operations = yield* ListedOperations.read(source, items ?? [], toOperation)
      const fresh = operations.filter(({ id }) => !lastPage.has(id))
      if (typeof nextPageToken !== "string" || nextPageToken === "") return [fresh, Option.none()] as const
      if (passed.has(nextPageToken)) {
        return yield* ListedOperations.malformed(source, "the list never ends: one of its page tokens came again")
      }
      const next: Position = {
        token: nextPageToken,
        passed: new Set([...passed, nextPageToken]),
        lastPage: new Set(operations.map(({ id }) => id))
      }
      return [fresh, Option.some(next)] as const
    })
    return Stream.paginate(start, walk).pipe(ListQuery.select(query))
  }
}

const noResource: CloudResources.NoResource = {
  message: "Yandex Cloud lists the operations of one resource at a time: name one, as in compute/instances/<id>",
  hint: CloudResources.known
}

const notOldestFirst: CloudResources.NoResource = {
  message: "Yandex Cloud lists the newest operations first",
  hint: "ask for them in that order"
}

const hintNotFound = "check the id of the resource; ids do not cross between installations (cloud, cloud-kz)"

/** Only what is not done can be asked for, and not everywhere; all else is told apart here. */
const parametersOf = (
  { hasFilter }: CloudResources.CloudResource,
  query: Query,
  token: string | undefined
): Record<string, string> => {
  const onlyUnfinished = query.done === false || (query.state !== undefined && !isFinal(query.state))
  return {
    pageSize: String(pageSizeOf(query)),
    ...(hasFilter && onlyUnfinished ? { filter: "done=false" } : {}),
    ...(token === undefined ? {} : { pageToken: token })
  }
}

/** A few are asked for as a few, where none of them is going to be left out. */
const pageSizeOf = (query: Query): number => {
  const { limit = pageSize, ...rest } = query
  const sifts = Object.entries(rest).some(([name, value]) => name !== "resource" && value !== undefined)
  return sifts ? pageSize : Math.max(1, Math.min(limit, pageSize))
}
