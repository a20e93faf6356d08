/** What the routes of both APIs share. */
import type * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import type * as HttpServerResponse from "effect/http/HttpServerResponse"
import type { Dialect } from "./Dialect.ts"
import type { Shown } from "./Timeline.ts"

/** An error status without a body of its own is answered in the error shape of the API. */
export const shownAs = (dialect: Dialect, { body, httpStatus = 200, object }: Shown) =>
  body === undefined && httpStatus >= 400
    ? dialect.refuse(httpStatus, "The script of this operation asks for this status")
    : dialect.answer(body ?? object, httpStatus)

/** All methods but HEAD, which the router answers like GET as long as no route claims it. */
const methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const

/** Answers whatever no other route under the path does. */
export const fallback = <E, R>(
  path: HttpRouter.PathInput,
  answer: Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>
) => methods.map((method) => HttpRouter.route(method, path, answer))
