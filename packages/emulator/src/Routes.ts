/** What the routes of both APIs share. */
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import type { Dialect } from "./Dialect.ts"
import type { Gate } from "./Gate.ts"
import type { Shown } from "./Timeline.ts"

/** An error status without a body of its own is answered in the error shape of the API. */
export const shownAs = (dialect: Dialect, { body, httpStatus = 200, object }: Shown) =>
  body === undefined && httpStatus >= 400
    ? dialect.refuse(httpStatus, "The script of this operation asks for this status")
    : dialect.answer(body ?? object, httpStatus)

/** All methods but HEAD, which the router answers like GET as long as no route claims it. */
const methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const

export type Answer<R = never> = Effect.Effect<HttpServerResponse.HttpServerResponse, never, R>

type Method = (typeof methods)[number]

/** A path with its methods; any other method is the wrong verb there, which the API refuses in its own shape. */
export const at = <R>(
  gate: Gate["Service"],
  dialect: Dialect,
  path: HttpRouter.PathInput,
  answers: Partial<Readonly<Record<Method, Answer<R>>>>
) => {
  const refusal: Answer<R | HttpServerRequest.HttpServerRequest> = wrongVerb(
    gate,
    dialect,
    Object.keys(answers).join(", ")
  )
  return methods.map((method) => {
    const answer: Answer<R | HttpServerRequest.HttpServerRequest> = answers[method] ?? refusal
    return HttpRouter.route(method, path, answer)
  })
}

/** For a path that is known, though not under the verb it was asked with. */
export const wrongVerb = (gate: Gate["Service"], dialect: Dialect, allow: string) =>
  gate.passOpen(
    dialect,
    undefined,
    Effect.sync(() => HttpServerResponse.setHeader(dialect.refuse(405, "Method not allowed"), "allow", allow))
  )

/** Answers whatever no other route under the path does. */
export const fallback = <E, R>(
  path: HttpRouter.PathInput,
  answer: Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>
) => methods.map((method) => HttpRouter.route(method, path, answer))
