/** What every provider-side request passes before it is answered: the count, then the faults, then the credentials. */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import type * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import type { Credentials } from "./Credentials.ts"
import { type Dialect, parseAuthorization } from "./Dialect.ts"
import { Faults } from "./Faults.ts"
import { Operations } from "./Operations.ts"
import { type About, Requests } from "./Requests.ts"
import { carryOut } from "./Sabotage.ts"
import { Tokens } from "./Tokens.ts"

type Answer<R = never> = Effect.Effect<HttpServerResponse.HttpServerResponse, never, R>
type Request = HttpServerRequest.HttpServerRequest

export class Gate extends Context.Service<
  Gate,
  {
    /** `about` is absent for a request that the API does not know. */
    readonly pass: <R>(dialect: Dialect, about: About | undefined, answer: Answer<R>) => Answer<R | Request>
    /** The same for what is asked without an `Authorization` header. */
    readonly passOpen: <R>(dialect: Dialect, about: About | undefined, answer: Answer<R>) => Answer<R | Request>
  }
>()("@opwatch/emulator/Gate") {
  /** Without credentials everybody is let in. */
  static layer(credentials: Credentials = {}): Layer.Layer<Gate, never, Operations | Requests | Faults | Tokens> {
    return Layer.effect(Gate, make(credentials))
  }
}

const make = Effect.fnUntraced(function* (credentials: Credentials) {
  const operations = yield* Operations
  const requests = yield* Requests
  const faults = yield* Faults
  const tokens = yield* Tokens

  const admitted = <R>(dialect: Dialect, request: Request, answer: Answer<R>): Answer<R> =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => {
      const authorization = parseAuthorization(request.headers.authorization)
      const refusal = dialect.refusal(credentials, authorization, (token) => tokens.isLive(token, now))
      return refusal === undefined ? answer : Effect.succeed(refusal)
    })

  const passOpen = <R>(dialect: Dialect, about: About | undefined, answer: Answer<R>): Answer<R | Request> =>
    Effect.flatMap(HttpServerRequest.HttpServerRequest, (request) => {
      const id = about !== undefined && "id" in about ? about.id : undefined
      requests.count(about && { ...about, exists: id !== undefined && operations.has(dialect.api, id) })
      const fault = faults.meet(dialect.api, id)
      if (fault === undefined) return answer
      if (id !== undefined) requests.countFault(id)
      return carryOut(fault, dialect, request, answer)
    })

  return Gate.of({
    passOpen,
    pass: (dialect, about, answer) =>
      passOpen(
        dialect,
        about,
        Effect.flatMap(HttpServerRequest.HttpServerRequest, (request) => admitted(dialect, request, answer))
      )
  })
})
