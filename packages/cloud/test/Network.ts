/** In place of the network, whose hosts are not ours: answers by URL without query, and keeps what was sent. */
import type { Json } from "effect/Schema"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"

export interface Sent {
  readonly url: string
  readonly authorization: string | undefined
}

/** A number is the status of an error; what has no answer is not found. */
export const make = (answers: Readonly<Record<string, Json>>) => {
  const sent: Array<Sent> = []
  const client = HttpClient.make((request, url) => {
    sent.push({ url: url.href, authorization: request.headers["authorization"] })
    const body = answers[`${url.origin}${url.pathname}`] ?? 404
    const response = typeof body === "number" ? new Response("", { status: body }) : Response.json(body)
    return Effect.succeed(HttpClientResponse.fromWeb(request, response))
  })
  return { sent, client }
}
