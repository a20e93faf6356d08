/**
 * Requests to an opwatch server, each with what it gave or a `ProviderError`. Whatever goes wrong is translated here; a
 * request is never repeated here, and one that gets no answer, or is left without a word, fails.
 */
import * as OpwatchClient from "@opwatch/api/OpwatchClient"
import { present } from "@opwatch/core/FieldReader"
import { ProviderError } from "@opwatch/core/ProviderError"
import type { OperationId, SourceName } from "@opwatch/core/Reference"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { ServerAddress } from "./ServerAddress.ts"
import * as ServerRefusal from "./ServerRefusal.ts"

/** What a request is about. */
export interface About {
  readonly source: SourceName
  readonly id?: OperationId
}

/** An endpoint of the typed client, called for its response alone: what comes back is read leniently. */
export type Call = Effect.Effect<HttpClientResponse.HttpClientResponse, unknown>

/** A server first tries itself, several times; its streams are never silent for so long. */
const longestSilence = Duration.seconds(45)

export const make = Effect.fnUntraced(function* (address: ServerAddress) {
  const { key, url } = address
  const endpoints = yield* OpwatchClient.make(url, { key })

  const failure = ({ id, source }: About, judgement: ServerRefusal.Judgement) =>
    new ProviderError({ source, ...present({ id, ...judgement }) })

  const unreachable = (about: About, why: string) => failure(about, ServerRefusal.unreachable(address, why))

  const silent = (about: About) => unreachable(about, `it was silent for ${Duration.toSeconds(longestSilence)} seconds`)

  const broken = (about: About) => (error: unknown) =>
    HttpClientError.isHttpClientError(error)
      ? Effect.fail(unreachable(about, transportProblem(error)))
      : Effect.die(error)

  const malformed = (about: About, what: string) => failure(about, ServerRefusal.notAServer(address, what))

  const text = (about: About, response: HttpClientResponse.HttpClientResponse) =>
    Effect.catch(response.text, broken(about))

  const refuse = Effect.fnUntraced(function* (about: About, response: HttpClientResponse.HttpClientResponse) {
    const body = Option.getOrUndefined(parseJson(yield* text(about, response)))
    const seconds = Number(response.headers["retry-after"] ?? Number.NaN)
    return yield* failure(
      about,
      ServerRefusal.judge(address, {
        status: response.status,
        body,
        location: response.headers["location"],
        ...(Number.isFinite(seconds) ? { retryAfterMillis: seconds * 1000 } : {})
      })
    )
  })

  const answered = Effect.fnUntraced(function* (about: About, call: Call) {
    const response = yield* Effect.catch(call, broken(about))
    return response.status >= 200 && response.status < 300 ? response : yield* refuse(about, response)
  })

  const inTime =
    (about: About) =>
    <A>(answer: Effect.Effect<A, ProviderError>) =>
      Effect.timeoutOrElse(answer, { duration: longestSilence, orElse: () => Effect.fail(silent(about)) })

  return {
    endpoints,
    /** A failure that the server told in the middle of an answer. */
    told: (about: About, problem: ServerRefusal.Problem) => failure(about, ServerRefusal.ofProblem(address, problem)),
    /** The answer broke off. */
    closed: (about: About) => unreachable(about, "the connection was closed"),
    malformed,
    /** An answer that stands within another. */
    refused: (about: About, refusal: ServerRefusal.Refusal) => failure(about, ServerRefusal.judge(address, refusal)),
    /** That it was answered well is all there is to know. */
    accepted: (about: About, call: Call): Effect.Effect<void, ProviderError> =>
      Effect.asVoid(answered(about, call)).pipe(inTime(about)),
    /** The whole of an answer, as JSON. */
    json: <A>(about: About, call: Call, schema: Schema.ConstraintDecoder<A>): Effect.Effect<A, ProviderError> =>
      Effect.gen(function* () {
        const response = yield* answered(about, call)
        const body = parseJson(yield* text(about, response))
        if (Option.isNone(body)) return yield* malformed(about, `the answer of ${url} is not JSON`)
        return yield* Effect.mapError(Schema.decodeUnknownEffect(schema)(body.value), ({ message }) =>
          malformed(about, `the answer of ${url} is not what was asked for: ${message.split("\n")[0]}`)
        )
      }).pipe(inTime(about)),
    /** An answer as it comes. */
    bytes: (about: About, call: Call): Stream.Stream<Uint8Array, ProviderError> =>
      Stream.unwrap(
        Effect.map(inTime(about)(answered(about, call)), (response) =>
          response.stream.pipe(
            Stream.catch((error) => Stream.fromEffect(broken(about)(error))),
            Stream.timeoutOrElse({ duration: longestSilence, orElse: () => Stream.fail(silent(about)) })
          )
        )
      )
  }
})

export type ServerClient = Effect.Success<ReturnType<typeof make>>

const parseJson = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Unknown))

const transportProblem = ({ reason }: HttpClientError.HttpClientError): string => {
  const cause: unknown = "cause" in reason ? reason.cause : undefined
  const code = Predicate.hasProperty(cause, "code") ? String(cause.code) : ""
  return words.get(code) ?? (cause instanceof Error && cause.message !== "" ? cause.message : reason._tag)
}

const words = new Map([
  ["ECONNREFUSED", "nothing listens there"],
  ["ECONNRESET", "the connection was closed"],
  ["EPIPE", "the connection was closed"],
  ["ENOTFOUND", "there is no such host"]
])
