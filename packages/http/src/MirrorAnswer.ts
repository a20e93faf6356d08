/** How the mirror answers: in the provider's own shape. What opwatch itself refuses says so in the header `opwatch-problem`. */
import * as ProviderProblem from "@opwatch/api/ProviderProblem"
import type { ForwardAnswer, Mirror, Trouble } from "@opwatch/core/Mirror"
import { troubleOf } from "@opwatch/core/Mirror"
import type { ProviderError } from "@opwatch/core/ProviderError"
import { retryAfter } from "@opwatch/core/ProviderError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as HttpServerRespondable from "effect/http/HttpServerRespondable"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Stream from "effect/Stream"
import * as Access from "./Access.ts"
import type { Answered } from "./MirrorMemory.ts"
import { ageOf } from "./MirroredOperations.ts"

/** Nobody in between keeps it: who asks again is answered anew. */
const notKept = { "cache-control": "private, no-cache" }

export const operation = (answered: Answered): Effect.Effect<HttpServerResponse.HttpServerResponse> =>
  Effect.map(ageOf(answered), (age) =>
    HttpServerResponse.text(answered.text, {
      contentType: "application/json",
      headers: { ...notKept, age: String(Math.floor(age / 1_000)) }
    })
  )

/** As it came; statuses and methods that have no body are answered without one. */
export const forwarded = (method: string, { body, headers, status }: ForwardAnswer) => {
  const isHead = method === "HEAD"
  return isHead || status === 204 || status === 205 || status === 304
    ? Effect.as(
        Stream.runDrain(body),
        isHead
          ? HttpServerResponse.stream(Stream.empty, { status, headers })
          : HttpServerResponse.empty({ status, headers })
      )
    : Effect.succeed(HttpServerResponse.stream(body, { status, headers }))
}

/** Of the problems that opwatch answers with elsewhere. */
export interface Problem {
  readonly _tag: string
  readonly type: string
  readonly status: number
  readonly detail: string
  readonly hint?: string
  readonly retryAfterSeconds?: number
}

/** A request that opwatch refuses without asking the provider. */
export const refused = (mirror: Mirror, { _tag, detail, hint, retryAfterSeconds, status, type }: Problem) =>
  troubled(
    mirror,
    type,
    { status, message: hint === undefined ? detail : `${detail}; ${hint}` },
    {
      ...(_tag === "Unauthenticated" ? { "www-authenticate": 'Bearer realm="opwatch"' } : {}),
      ...(retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) })
    }
  )

/** A request to the provider that came to nothing. */
export const failed = (mirror: Mirror, error: ProviderError) => {
  const pause = Math.ceil(Duration.toSeconds(retryAfter(error)))
  const { type } = ProviderProblem.fromListError(error)
  return troubled(mirror, type, troubleOf(error), pause === 0 ? {} : { "retry-after": String(pause) })
}

const troubled = (mirror: Mirror, type: string, trouble: Trouble, headers: Readonly<Record<string, string>>) => {
  const { body, status } = mirror.refuse(trouble)
  return HttpServerResponse.jsonUnsafe(body, { status, headers: { ...notKept, ...headers, ...problemHeader(type) } })
}

/** In no provider's shape, as there is none. */
export const withoutMirror = (problem: Problem & HttpServerRespondable.Respondable) =>
  Effect.map(Access.answer(problem), HttpServerResponse.setHeaders(problemHeader(problem.type)))

const problemHeader = (type: string) => ({ "opwatch-problem": type })
