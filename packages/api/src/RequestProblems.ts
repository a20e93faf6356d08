/** The problems that any request can come to, before and beside what its endpoint does. */
import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware"
import { BadInput, InternalError, RefusedCaller } from "./Problems.ts"

export class RequestProblems extends HttpApiMiddleware.Service<RequestProblems>()("@opwatch/api/RequestProblems", {
  error: [BadInput, RefusedCaller, InternalError]
}) {}
