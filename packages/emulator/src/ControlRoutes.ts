/** The control side under `/_emulator`: never counted, never faulted, open to whoever reaches the port. */
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import { Account } from "./Account.ts"
import * as Fault from "./Fault.ts"
import { Faults } from "./Faults.ts"
import { InvalidDocument } from "./InvalidDocument.ts"
import { Operations } from "./Operations.ts"
import { Requests } from "./Requests.ts"
import { fallback } from "./Routes.ts"
import * as Script from "./Script.ts"

const body = Effect.flatMap(HttpServerRequest.HttpServerRequest, (request) =>
  Effect.mapError(request.json, () => new InvalidDocument({ message: "The request body is not JSON" }))
)

const problem = (status: number, message: string) => HttpServerResponse.jsonUnsafe({ message }, { status })

const orProblem = <R>(answer: Effect.Effect<HttpServerResponse.HttpServerResponse, InvalidDocument, R>) =>
  Effect.catchTag(answer, "InvalidDocument", ({ message }) => Effect.succeed(problem(400, message)))

const json = HttpServerResponse.jsonUnsafe
const done = HttpServerResponse.empty()

const operationRoutes = Effect.gen(function* () {
  const operations = yield* Operations
  const account = yield* Account
  const clear = Effect.andThen(operations.clear, account.clear)

  const create = Effect.gen(function* () {
    const input = yield* body
    if (Array.isArray(input)) return json(yield* operations.add(yield* Script.decodeAll(input)), { status: 201 })
    const [placed] = yield* operations.add([yield* Script.decode(input)])
    return json(placed, { status: 201 })
  })

  return [
    HttpRouter.route("POST", "/operations", orProblem(create)),
    HttpRouter.route(
      "GET",
      "/operations",
      Effect.map(operations.list, (list) => json(list))
    ),
    HttpRouter.route("DELETE", "/operations", Effect.as(clear, done))
  ]
})

const faultRoutes = Effect.gen(function* () {
  const faults = yield* Faults
  const list = Effect.sync(() => json(faults.list().map(({ fault, fired }) => ({ ...Fault.encode(fault), fired }))))
  const replace = body.pipe(Effect.flatMap(Fault.decodeAll), Effect.flatMap(faults.replace), Effect.andThen(list))

  return [
    HttpRouter.route("PUT", "/faults", orProblem(replace)),
    HttpRouter.route("GET", "/faults", list),
    HttpRouter.route("DELETE", "/faults", Effect.as(faults.replace([]), done))
  ]
})

const requestRoutes = Effect.gen(function* () {
  const requests = yield* Requests
  return [
    HttpRouter.route(
      "GET",
      "/requests",
      Effect.sync(() => json(requests.snapshot()))
    ),
    HttpRouter.route("DELETE", "/requests", Effect.as(Effect.sync(requests.reset), done))
  ]
})

export const layer = HttpRouter.addAll(
  Effect.gen(function* () {
    return [
      HttpRouter.route("GET", "/health", Effect.succeed(json({ ok: true }))),
      ...(yield* operationRoutes),
      ...(yield* faultRoutes),
      ...(yield* requestRoutes),
      ...fallback("/*", Effect.succeed(problem(404, "No such control endpoint; see the README of the emulator")))
    ]
  }),
  { prefix: "/_emulator" }
)
