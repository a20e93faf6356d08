/**
 * What both adapters need of HTTP: requests to one host that give JSON or a `ProviderError`. Every request has a deadline
 * and its body a largest size; no redirect is followed, so the credential goes to the configured host and no other; the
 * credential is taken out of whatever the provider sends back.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Headers from "effect/http/Headers"
import * as HttpBody from "effect/http/HttpBody"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import type { HttpMethod } from "effect/http/HttpMethod"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import type { Json } from "effect/Schema"
import * as Stream from "effect/Stream"
import * as DurationText from "@opwatch/core/DurationText"
import { present } from "@opwatch/core/FieldReader"
import { MalformedAnswer, ProviderError, type Reason, Redirected, Unavailable } from "@opwatch/core/ProviderError"
import type { OperationId, SourceName } from "@opwatch/core/Reference"
import * as Authorization from "./Authorization.ts"
import * as CredentialScrub from "./CredentialScrub.ts"
import * as Elements from "./Elements.ts"
import * as JsonText from "./JsonText.ts"
import * as Refusal from "./Refusal.ts"
import { type Ids, idsOf } from "./SupportIds.ts"
import * as Traffic from "./Traffic.ts"
import * as TransportProblem from "./TransportProblem.ts"

/** What an adapter makes of an answer outside 2xx. */
export interface Judgement {
  readonly reason: Reason
  readonly code?: string | undefined
  readonly message?: string | undefined
  readonly hint?: string | undefined
  readonly requestId?: string | undefined
}

export interface RestClientOptions {
  readonly source: SourceName
  readonly url: string
  readonly authorization: Authorization.Authorization
  readonly rateLimit: Traffic.RateLimit
  readonly judge: (refusal: Refusal.Refusal) => Judgement
}

export interface RestRequest {
  readonly method: HttpMethod
  /** Under the client's URL; with `fromHost`, from the host on. */
  readonly path: string
  readonly fromHost?: true
  /** The operation that it is about. */
  readonly id?: OperationId
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: HttpBody.HttpBody
  /** A secret that is sent elsewhere than in the `Authorization` header. */
  readonly secret?: Redacted.Redacted<string>
  /** The answer is a secret: no part of it is shown where it is not JSON. */
  readonly secretAnswer?: true
  /** Which answers are taken by their status; those in 2xx otherwise. */
  readonly takes?: (status: number) => boolean
  /** How long the answer may take to begin, where that is not `requestTimeout`. */
  readonly timeout?: Duration.Duration
}

/** An answer of which no more than the head has been read. */
export interface Opened {
  readonly status: number
  readonly headers: Headers.Headers
  /** As it comes; it fails where it breaks off, or stands still for the time that a request has. */
  readonly body: Stream.Stream<Uint8Array, ProviderError>
  readonly scrub: CredentialScrub.CredentialScrub
}

export interface RestClient {
  /** The JSON of a 2xx answer. */
  readonly json: (request: RestRequest) => Effect.Effect<Json, ProviderError>
  /** What `decode` makes of it, which fails with what is wrong with an answer that is not what was asked for. */
  readonly decoded: <A>(
    request: RestRequest,
    decode: (answer: Json, headers: Headers.Headers) => Effect.Effect<A, string>
  ) => Effect.Effect<A, ProviderError>
  /** The elements of a 2xx answer that is a JSON array, as they come, however many; a lone object is a list of one. */
  readonly elements: (request: RestRequest) => Stream.Stream<Json, ProviderError>
  /** The answer itself, in which the credential is still there to be taken out. */
  readonly open: (request: RestRequest) => Effect.Effect<Opened, ProviderError>
}

/** How long an answer may take to begin, a body that is read whole to end, and one that is read as it comes to go on. */
export const requestTimeout = Duration.seconds(10)
export const maxBodyBytes = 16 * 1024 * 1024

export const make = Effect.fnUntraced(function* (options: RestClientOptions) {
  const http = yield* HttpClient.HttpClient
  // Not before the first request: a process has many sources and asks few of them.
  const traffic = yield* Effect.cached(Traffic.make(options.source, options.rateLimit))
  const base = options.url.replace(/\/+$/, "")
  const host = base.replace(/^\w+:\/\//, "").replace(/\/.*$/, "")
  const origin = base.replace(/^(\w+:\/\/[^/]*).*$/, "$1")

  const failure = ({ id }: RestRequest, judgement: Judgement & { readonly message: string }, ids: Ids = {}) =>
    new ProviderError({ source: options.source, ...ids, ...present({ id, ...judgement }) })

  const late = (request: RestRequest) =>
    failure(request, {
      reason: new Unavailable(),
      message: `no answer from ${host} within ${Duration.toSeconds(timeoutOf(request))} seconds`
    })

  const broken = (request: RestRequest, ids?: Ids) => (error: HttpClientError.HttpClientError) =>
    failure(
      request,
      { reason: new Unavailable(), message: `${host} did not answer: ${TransportProblem.describe(error)}` },
      ids
    )

  const stalled = (request: RestRequest, ids: Ids) =>
    failure(
      request,
      {
        reason: new Unavailable(),
        message: `${host} stopped in the middle of its answer for ${Duration.toSeconds(requestTimeout)} seconds`
      },
      ids
    )

  /** Who has several credentials is told which of them was refused. */
  const namingPlace = (error: ProviderError): ProviderError => {
    const { place } = options.authorization
    const { hint, message, reason } = error
    if (place === undefined || (reason._tag !== "Unauthenticated" && reason._tag !== "Forbidden")) return error
    const origin = `the credential is from ${place}`
    return new ProviderError({ ...error, message, hint: hint === undefined ? origin : `${hint}; ${origin}` })
  }

  const send = Effect.fnUntraced(function* (request: RestRequest, header: Header) {
    const scrub = CredentialScrub.make(
      request.secret === undefined ? Option.map(header, Authorization.withoutScheme) : Option.some(request.secret)
    )
    const response = yield* HttpClientRequest.make(request.method)(
      `${request.fromHost === true ? origin : base}${request.path}`
    ).pipe(
      HttpClientRequest.acceptJson,
      HttpClientRequest.setHeaders(request.headers ?? {}),
      HttpClientRequest.setHeaders(
        Option.match(header, { onNone: () => ({}), onSome: (value) => ({ authorization: Redacted.value(value) }) })
      ),
      HttpClientRequest.setBody(request.body ?? HttpBody.empty),
      http.execute,
      Effect.mapError(broken(request))
    )
    return { response, ids: idsOf(response.headers, scrub), scrub } satisfies Sent
  })

  const readText = Effect.fnUntraced(function* (request: RestRequest, { ids, response, scrub }: Sent) {
    const decoder = new TextDecoder()
    // Reading it whole takes half the time of reading it in pieces: that matters to who polls for hundreds.
    if (Number(response.headers["content-length"]) <= maxBodyBytes) {
      return scrub.text(decoder.decode(yield* Effect.mapError(response.arrayBuffer, broken(request, ids))))
    }
    const { text } = yield* response.stream.pipe(
      Stream.mapError(broken(request, ids)),
      Stream.runFoldEffect(
        () => ({ text: "", bytes: 0 }),
        (read, chunk) => {
          const bytes = read.bytes + chunk.length
          return bytes > maxBodyBytes
            ? Effect.fail(tooLarge(request, ids))
            : Effect.succeed({ text: read.text + decoder.decode(chunk, { stream: true }), bytes })
        }
      )
    )
    return scrub.text(text + decoder.decode())
  })

  const tooLarge = (request: RestRequest, ids: Ids) =>
    failure(
      request,
      {
        reason: new MalformedAnswer(),
        message: `the answer of ${host} is larger than ${maxBodyBytes / 1024 / 1024} MiB`
      },
      ids
    )

  const refuse = Effect.fnUntraced(function* (request: RestRequest, sent: Sent) {
    const { headers, status } = sent.response
    const text = yield* readText(request, sent)
    if (status >= 300 && status < 400) {
      const message = sent.scrub.text(Refusal.redirectMessage(host, headers["location"]))
      return yield* failure(request, { reason: new Redirected(), message }, sent.ids)
    }
    const now = yield* Clock.currentTimeMillis
    const retryAfterMillis = Refusal.retryAfterMillis(headers, now)
    const body = Option.getOrUndefined(Result.getSuccess(JsonText.parse(text)))
    const judgement = options.judge({ status, body, retryAfterMillis })
    const message = judgement.message ?? `${host} answered with status ${status}`
    return yield* failure(request, { ...judgement, message }, sent.ids)
  })

  const inTime = <A>(request: RestRequest, answer: Effect.Effect<A, ProviderError>) =>
    Effect.flatMap(traffic, ({ admit }) =>
      admit(
        Effect.timeoutOrElse(answer, { duration: timeoutOf(request), orElse: () => Effect.fail(late(request)) }),
        ({ askAgainIn }) =>
          failure(request, {
            reason: new Unavailable({ retryAfterMillis: Duration.toMillis(askAgainIn) }),
            message: `${host} has stopped answering; it is asked again in ${DurationText.format(askAgainIn)}`
          })
      )
    )

  const accepted = Effect.fnUntraced(function* (request: RestRequest, header: Header) {
    const sent = yield* send(request, header)
    const { takes = Refusal.isSuccess } = request
    return takes(sent.response.status) ? sent : yield* refuse(request, sent)
  })

  /**
   * The credential is had before the request's turn: whoever issues it has a deadline of their own, and their silence is not
   * this host's. One that is refused before its time is renewed, and the request sent once more with the new one.
   */
  const authorized = Effect.fnUntraced(function* <A>(
    request: RestRequest,
    read: (sent: Sent) => Effect.Effect<A, ProviderError>
  ) {
    const once = (header: Header) => inTime(request, Effect.flatMap(accepted(request, header), read))
    const header = yield* options.authorization.header
    return yield* Effect.catchReason(once(header), "ProviderError", "Unauthenticated", (_, error) =>
      Effect.flatMap(renewed(header), (next) => (Option.isSome(next) ? once(next) : Effect.fail(error)))
    )
  }, Effect.mapError(namingPlace))

  /** Another header than the refused one, where one can be had. */
  const renewed = Effect.fnUntraced(function* (refused: Header) {
    if (Option.isNone(refused)) return Option.none()
    yield* options.authorization.reject(refused.value)
    const next = yield* options.authorization.header
    return Option.filter(next, (header) => Redacted.value(header) !== Redacted.value(refused.value))
  })

  const readJson = Effect.fnUntraced(function* (request: RestRequest, sent: Sent) {
    const parsed = JsonText.parse(yield* readText(request, sent))
    if (Result.isSuccess(parsed)) return parsed.success
    const place = request.secretAnswer === true ? "" : `: ${parsed.failure}`
    const message = `the answer of ${host} is not JSON${place}`
    return yield* failure(request, { reason: new MalformedAnswer(), message }, sent.ids)
  })

  const open: RestClient["open"] = (request) =>
    Effect.map(authorized(request, Effect.succeed), ({ ids, response, scrub }) => ({
      status: response.status,
      headers: response.headers,
      body: response.stream.pipe(
        Stream.mapError(broken(request, ids)),
        Stream.timeoutOrElse({ duration: requestTimeout, orElse: () => Stream.fail(stalled(request, ids)) })
      ),
      scrub
    }))

  return {
    json: (request) => authorized(request, (sent) => readJson(request, sent)),
    decoded: (request, decode) =>
      authorized(request, (sent) =>
        Effect.flatMap(readJson(request, sent), (answer) =>
          Effect.mapError(decode(answer, sent.response.headers), (problem) =>
            failure(request, { reason: new MalformedAnswer(), message: problem }, sent.ids)
          )
        )
      ),
    elements: (request) =>
      Stream.unwrap(
        Effect.map(open(request), ({ body, headers, scrub }) =>
          body.pipe(
            Stream.decodeText,
            scrub.stream,
            Elements.decode((problem) => {
              const message = `the answer of ${host} is not a JSON array: ${problem}`
              return failure(request, { reason: new MalformedAnswer(), message }, idsOf(headers, scrub))
            })
          )
        )
      ),
    open
  } satisfies RestClient
})

const timeoutOf = ({ timeout = requestTimeout }: RestRequest): Duration.Duration => timeout

type Header = Option.Option<Redacted.Redacted<string>>

interface Sent {
  readonly response: HttpClientResponse.HttpClientResponse
  readonly ids: Ids
  readonly scrub: CredentialScrub.CredentialScrub
}
