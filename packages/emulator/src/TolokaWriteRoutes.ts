/** Toloka's writing side: tasks, task suites and bonuses, created in batches or one by one, and pools, opened and closed. */
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import { Account } from "./Account.ts"
import type { Plan } from "./Batch.ts"
import { type BatchKind, batchKinds } from "./BatchKind.ts"
import { notObject } from "./FieldErrors.ts"
import { Gate } from "./Gate.ts"
import * as Listing from "./Listing.ts"
import { isObject } from "./MergePatch.ts"
import { Operations } from "./Operations.ts"
import * as Pools from "./Pools.ts"
import * as Routes from "./Routes.ts"
import { dialect, invalid, refuse } from "./TolokaDialect.ts"
import * as WriteParameters from "./WriteParameters.ts"

export const layer = HttpRouter.addAll(
  Effect.gen(function* () {
    const account = yield* Account
    const operations = yield* Operations
    const gate = yield* Gate

    const accepted = Effect.fnUntraced(function* (id: string) {
      const shown = yield* operations.show("toloka", id)
      return dialect.answer(shown?.object, 202)
    })

    const create = Effect.fnUntraced(function* (kind: BatchKind) {
      const parameters = WriteParameters.parse(kind, yield* HttpServerRequest.ParsedSearchParams)
      if (Result.isFailure(parameters)) return invalid(parameters.failure)
      const request = yield* HttpServerRequest.HttpServerRequest
      const body = yield* Effect.orElseSucceed(request.json, () => undefined)
      const items = itemsOf(body)
      if (items === undefined) return invalid({ body: notObject })
      if (parameters.success.asyncMode) {
        const { operationId } = parameters.success
        return (yield* account.submit(kind, items, parameters.success))
          ? yield* accepted(operationId)
          : refuse(409, `Operation ${operationId} already exists`, "OPERATION_ALREADY_EXISTS")
      }
      return createdAnswer(yield* account.create(kind, items, parameters.success), Array.isArray(body))
    })

    const list = Effect.fnUntraced(function* (kind: BatchKind) {
      const select = Listing.parse(kind.list, yield* HttpServerRequest.ParsedSearchParams)
      if (Result.isFailure(select)) return invalid(select.failure)
      return dialect.answer(select.success(yield* account.all(kind)))
    })

    const get = Effect.fnUntraced(function* (kind: BatchKind) {
      const { id = "" } = yield* HttpRouter.params
      const found = yield* account.find(kind, id)
      return found === undefined ? refuse(404, "Entity does not exist") : dialect.answer(found)
    })

    const pool = Effect.fnUntraced(function* (id: string) {
      return dialect.answer(yield* account.pool(id))
    })

    const turn = Effect.fnUntraced(function* (id: string, status: Pools.Status) {
      const turned = yield* account.turn(id, status)
      if (turned === "already") return HttpServerResponse.empty()
      return turned === "locked"
        ? refuse(409, "Pool is locked by another operation", "POOL_LOCKED_BY_ANOTHER_OPERATION")
        : yield* accepted(turned.operationId)
    })

    const ofPool = <R>(answer: (id: string) => Routes.Answer<R>) =>
      Effect.flatMap(HttpRouter.params, ({ id = "" }) =>
        Pools.isPoolId(id) ? answer(id) : Effect.sync(() => refuse(404, "Pool does not exist"))
      )

    const read = <R>(answer: Routes.Answer<R>) => gate.pass(dialect, { kind: "read" }, answer)
    const write = <R>(answer: Routes.Answer<R>) => gate.pass(dialect, { kind: "write" }, answer)

    return [
      ...batchKinds.flatMap((kind) => [
        ...Routes.at(gate, dialect, `/api/v1/${kind.name}`, { GET: read(list(kind)), POST: write(create(kind)) }),
        ...Routes.at(gate, dialect, `/api/v1/${kind.name}/:id`, { GET: read(get(kind)) })
      ]),
      ...Routes.at(gate, dialect, "/api/v1/pools/:id", { GET: read(ofPool(pool)) }),
      ...Routes.at(gate, dialect, "/api/v1/pools/:id/open", { POST: write(ofPool((id) => turn(id, "OPEN"))) }),
      ...Routes.at(gate, dialect, "/api/v1/pools/:id/close", { POST: write(ofPool((id) => turn(id, "CLOSED"))) })
    ]
  })
)

/** One item, or several; none is a mistake. */
const itemsOf = (body: Schema.Json | undefined): ReadonlyArray<Schema.JsonObject> | undefined => {
  const items = Array.isArray(body) ? body : [body]
  return items.length > 0 && items.every(isObject) ? items : undefined
}

/** The objects that were created by the places of their items, or the only one itself. */
const createdAnswer = ({ created, errors, status }: Plan, isMany: boolean) => {
  if (status === "FAIL") return invalid(isMany ? errors : (errors["0"] ?? {}))
  if (!isMany) return dialect.answer(created[0]?.object, 201)
  const items = Object.fromEntries(created.map(({ index, object }) => [String(index), object]))
  return dialect.answer({ items, validation_errors: errors }, 201)
}
