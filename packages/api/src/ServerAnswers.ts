/**
 * Answers of a server, read leniently: what a newer server says besides is passed over. Whatever goes wrong becomes an
 * `OpwatchError` here; no request is repeated here, and none is without an end.
 */
import { present } from "@opwatch/core/FieldReader"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { OpwatchError, types } from "./OpwatchError.ts"

/** An endpoint of the typed client, called for its response alone. */
export type Call = Effect.Effect<HttpClientResponse.HttpClientResponse, unknown>

/** A server tries several times itself before it answers; its streams are never silent for so long. */
const longestSilence = Duration.seconds(45)

/** The whole answer, as JSON. */
export const json = <A>(call: Call, schema: Schema.ConstraintDecoder<A>): Effect.Effect<A, OpwatchError> =>
  Effect.gen(function* () {
    const body = parseJson(yield* textOf(yield* accepted(call)))
    if (Option.isNone(body)) return yield* Effect.fail(notUnderstood("the answer is not JSON"))
    return yield* Effect.mapError(Schema.decodeUnknownEffect(schema)(body.value), ({ message }) =>
      notUnderstood(`the answer is not what was asked for: ${message.split("\n")[0]}`)
    )
  }).pipe(inTime)

/** That it was answered well is all there is to know. */
export const done = (call: Call): Effect.Effect<void, OpwatchError> => Effect.asVoid(accepted(call)).pipe(inTime)

/** An answer as it comes; none where the server has nothing to send. */
export const bytes = (
  call: Call
): Effect.Effect<Option.Option<Stream.Stream<Uint8Array, OpwatchError>>, OpwatchError> =>
  Effect.map(accepted(call), (response) =>
    response.status === 204
      ? Option.none()
      : Option.some(
          response.stream.pipe(
            Stream.catch((error) => Stream.fail(unreachable(error))),
            Stream.timeoutOrElse({ duration: longestSilence, orElse: () => Stream.fail(silent) })
          )
        )
  ).pipe(inTime)

/** The connection broke off before what was asked for was there. */
export const brokenOff = new OpwatchError({ type: types.unreachable, detail: "the server closed the connection" })

export const notUnderstood = (detail: string) => new OpwatchError({ type: types.notUnderstood, detail })

/** A problem as it stands in an answer or in an event. */
export const problemOf = (body: unknown, status?: number): OpwatchError =>
  Option.match(decodeProblem(body), {
    onNone: () =>
      new OpwatchError({ type: "about:blank", status, detail: `the server answered with status ${status ?? "none"}` }),
    onSome: ({ type = "about:blank", ...problem }) => new OpwatchError({ ...present({ status }), type, ...problem })
  })

const text = Schema.optionalKey(Schema.String)

const decodeProblem = Schema.decodeUnknownOption(
  Schema.Struct({
    type: text,
    status: Schema.optionalKey(Schema.Int),
    title: text,
    detail: text,
    retryAfterSeconds: Schema.optionalKey(Schema.Finite),
    ref: text,
    code: text,
    hint: text,
    requestId: text,
    traceId: text
  })
)

const parseJson = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Unknown))

const accepted = Effect.fnUntraced(function* (call: Call) {
  const response = yield* Effect.catch(call, notSent)
  if (response.status >= 200 && response.status < 300) return response
  const seconds = Number(response.headers["retry-after"] ?? Number.NaN)
  const pause = Number.isFinite(seconds) ? { retryAfterSeconds: seconds } : {}
  const body = Option.getOrUndefined(parseJson(yield* textOf(response)))
  return yield* Effect.fail(problemOf(Predicate.isObject(body) ? { ...pause, ...body } : body, response.status))
})

const textOf = (response: HttpClientResponse.HttpClientResponse) => Effect.mapError(response.text, unreachable)

const notSent = (error: unknown): Effect.Effect<never, OpwatchError> => {
  if (HttpClientError.isHttpClientError(error)) return Effect.fail(unreachable(error))
  return Schema.isSchemaError(error)
    ? Effect.fail(new OpwatchError({ type: types.badInput, detail: error.message.split("\n").join(" ") }))
    : Effect.die(error)
}

/** The request that a `HttpClientError` has carries the key: it is left out. */
const unreachable = ({ reason }: HttpClientError.HttpClientError): OpwatchError => {
  const cause: unknown = "cause" in reason ? reason.cause : undefined
  const root: unknown = cause instanceof Error && cause.cause !== undefined ? cause.cause : cause
  const why = root instanceof Error && root.message !== "" ? root.message : reason._tag
  return new OpwatchError({ type: types.unreachable, detail: `no answer from the server: ${why}` }, { cause })
}

const silent = new OpwatchError({
  type: types.unreachable,
  detail: `the server was silent for ${Duration.toSeconds(longestSilence)} seconds`
})

const inTime = <A>(answer: Effect.Effect<A, OpwatchError>): Effect.Effect<A, OpwatchError> =>
  Effect.timeoutOrElse(answer, { duration: longestSilence, orElse: () => Effect.fail(silent) })
