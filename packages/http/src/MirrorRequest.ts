/** What the mirror takes from a request: how old an answer may be, where it leads, and its body as far as it is sent on. */
import { BadInput, BodyTooLarge } from "@opwatch/api/Problems"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Headers from "effect/http/Headers"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as Stream from "effect/Stream"

/** By `Cache-Control` or, for old clients, `Pragma`; undefined where they say nothing of it. */
export const maxAge = (headers: Headers.Headers): Duration.Duration | undefined => {
  const directives = (headers["cache-control"] ?? headers["pragma"] ?? "").toLowerCase().split(/\s*,\s*/)
  if (directives.includes("no-cache") || directives.includes("no-store")) return Duration.zero
  const seconds = directives.map((directive) => /^max-age\s*=\s*"?(\d{1,9})"?$/.exec(directive)?.[1]).find(isText)
  return seconds === undefined ? undefined : Duration.seconds(Number(seconds))
}

const isText = (text: string | undefined): text is string => text !== undefined

/** Path and query at the provider: what comes after `/mirror/<source>`, however that is written, as it was sent. */
export const target = ({ url }: HttpServerRequest.HttpServerRequest): string =>
  url.replace(/^\/[^/?]*\/[^/?]*/, "").replace(/^(?!\/)/, "/")

/** The whole body, undefined where there is none; `most` is in bytes. */
export const body = Effect.fnUntraced(function* (request: HttpServerRequest.HttpServerRequest, most: number) {
  const { "content-length": length, "transfer-encoding": coding } = request.headers
  if (coding === undefined && (length === undefined || length === "0")) return undefined
  if (Number(length) > most) return yield* tooLarge(most)
  const { chunks } = yield* request.stream.pipe(
    Stream.mapError(() => new BadInput({ detail: "the body of the request broke off" })),
    Stream.runFoldEffect(
      () => ({ chunks: new Array<Uint8Array>(), size: 0 }),
      ({ chunks, size }, chunk) => {
        chunks.push(chunk)
        const read = size + chunk.length
        return read > most ? tooLarge(most) : Effect.succeed({ chunks, size: read })
      }
    )
  )
  return Buffer.concat(chunks)
})

const tooLarge = (most: number) =>
  Effect.fail(new BodyTooLarge({ detail: `a body that is sent on may have ${most} bytes` }))
