/** What every provider-side request passes before it is answered: the count, then the faults, then the credentials. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import type * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import type { Credentials } from "./Credentials.ts"
import { type Dialect, parseAuthorization } from "./Dialect.ts"
import { Faults } from "./Faults.ts"
import { Operations } from "./Operations.ts"
import { type Kind, Requests } from "./Requests.ts"
import { carryOut } from "./Sabotage.ts"

type Answer<R = never> = Effect.Effect<HttpServerResponse.HttpServerResponse, never, R>

export class Gate extends Context.Service<
  Gate,
  {
    /** `about` is absent for a request that names no operation. */
    readonly pass: (
      dialect: Dialect,
      about: { readonly kind: Kind; readonly id: string } | undefined,
      answer: Answer
    ) => Answer<HttpServerRequest.HttpServerRequest>
  }
>()("@opwatch/emulator/Gate") {
  /** Without credentials everybody is let in. */
  static layer(credentials: Credentials = {}): Layer.Layer<Gate, never, Operations | Requests | Faults> {
    return Layer.effect(Gate, make(credentials))
  }
}

const make = Effect.fnUntraced(function* (credentials: Credentials) {
  const operations = yield* Operations
  const requests = yield* Requests
  const faults = yield* Faults

  return Gate.of({
    pass: (dialect, about, answer) =>
      Effect.flatMap(HttpServerRequest.HttpServerRequest, (request) => {
        requests.count(about && { ...about, exists: operations.has(dialect.api, about.id) })
        const refusal = dialect.refusal(credentials, parseAuthorization(request.headers.authorization))
        const admitted = refusal === undefined ? answer : Effect.succeed(refusal)
        const fault = faults.meet(dialect.api, about?.id)
        if (fault === undefined) return admitted
        if (about !== undefined) requests.countFault(about.id)
        return carryOut(fault, dialect, request, admitted)
      })
  })
})
