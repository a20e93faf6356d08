/**
 * Requests that are sent on for somebody else, who has a credential of their own or none: theirs stays here, and the client's
 * is put in its place. Bodies go through as they are, but for the credential, which nobody gets to see.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpBody from "effect/http/HttpBody"
import { isHttpMethod } from "effect/http/HttpMethod"
import * as Stream from "effect/Stream"
import type { ForwardAnswer, ForwardRequest } from "@opwatch/core/Mirror"
import { ProviderError, Unsupported } from "@opwatch/core/ProviderError"
import type { SourceName } from "@opwatch/core/Reference"
import type { CredentialScrub } from "./CredentialScrub.ts"
import type { RestClient } from "./RestClient.ts"

/** Whatever it is that is asked for may take its time. */
const timeout = Duration.minutes(1)

export const forward = Effect.fn("Forward.forward")(function* (
  source: SourceName,
  client: RestClient,
  { body, headers, method, target }: ForwardRequest
): Effect.fn.Return<ForwardAnswer, ProviderError> {
  if (!isHttpMethod(method)) return yield* notHttp(source, method)
  const answer = yield* client.open({
    method,
    path: target,
    fromHost: true,
    headers: { ...passedOn(headers), "accept-encoding": "identity" },
    ...(body === undefined ? {} : { body: HttpBody.uint8Array(body, headers["content-type"]) }),
    takes: isAnswer,
    timeout
  })
  return {
    status: answer.status,
    headers: passedBack(answer.headers, answer.scrub),
    body: scrubbed(answer.body, answer.scrub)
  }
})

/** All but redirects, 304 being none, and credentials that are not recognised. */
const isAnswer = (status: number): boolean => (status < 300 || status >= 400 || status === 304) && status !== 401

const notHttp = (source: SourceName, method: string): ProviderError =>
  new ProviderError({ source, reason: new Unsupported(), message: `the method ${method} is not sent on` })

/** Concern one connection, and not what is asked or answered. */
const ofConnection = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "content-length"
])

/** Tell who the client is, or where it comes from. */
const ofClient = new Set(["host", "origin", "referer", "expect", "forwarded", "via", "accept-encoding"])

/** Credentials stand under any name of this kind, in particular `Authorization` and `Cookie`. */
const ofCredential = /auth|cookie|token|api-?key|secret|password|^x-forwarded-|^x-real-ip$|^sec-/

type Headers = Readonly<Record<string, string>>

/** Those that are left, without those that the `Connection` header names. */
const without = (headers: Headers, isLeftOut: (name: string) => boolean): Record<string, string> => {
  const named = new Set((headers["connection"] ?? "").split(",").map((name) => name.trim().toLowerCase()))
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !ofConnection.has(name) && !named.has(name) && !isLeftOut(name))
  )
}

const passedOn = (headers: Headers): Headers =>
  without(headers, (name) => ofClient.has(name) || ofCredential.test(name))

const passedBack = (headers: Headers, scrub: CredentialScrub): Headers =>
  Object.fromEntries(
    Object.entries(without(headers, (name) => name === "set-cookie")).map(([name, value]) => [name, scrub.text(value)])
  )

/** Byte for byte, whatever they mean: credentials are ASCII. */
const scrubbed = <E>(body: Stream.Stream<Uint8Array, E>, scrub: CredentialScrub): Stream.Stream<Uint8Array, E> =>
  body.pipe(
    Stream.map((bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1")),
    scrub.stream,
    Stream.map((text) => Buffer.from(text, "latin1"))
  )
