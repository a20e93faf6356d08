/** Carries out a fault in place of an answer, or on top of it. */
import type { ServerResponse } from "node:http"
import * as NodeHttpServerRequest from "@effect/platform-node/NodeHttpServerRequest"
import * as Effect from "effect/Effect"
import type * as HttpBody from "effect/http/HttpBody"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { Dialect } from "./Dialect.ts"
import type { Fault } from "./Fault.ts"

type Answer<R> = Effect.Effect<HttpServerResponse.HttpServerResponse, never, R>

const badGateway = `<html>
<head><title>502 Bad Gateway</title></head>
<body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center></body>
</html>
`

export const carryOut = <R>(
  fault: Fault,
  dialect: Dialect,
  request: HttpServerRequest.HttpServerRequest,
  answer: Answer<R>
): Answer<R> => {
  switch (fault.kind) {
    case "throttled": {
      const refusal = dialect.refuse(429, "Too many requests")
      return Effect.succeed(
        fault.retryAfter === undefined
          ? refusal
          : HttpServerResponse.setHeader(refusal, "retry-after", String(fault.retryAfter))
      )
    }
    case "internal":
      return Effect.succeed(dialect.refuse(500, "Internal error"))
    case "unavailable":
      return Effect.succeed(dialect.refuse(503, "Service is temporarily unavailable"))
    case "badGateway":
      return Effect.succeed(HttpServerResponse.html(badGateway).pipe(HttpServerResponse.setStatus(502)))
    case "notJson":
      return Effect.succeed(dialect.answer("Service is under maintenance"))
    case "slow":
      return Effect.delay(answer, fault.delay)
    case "reset":
      return Effect.sync(() => {
        NodeHttpServerRequest.toIncomingMessage(request).socket.resetAndDestroy()
        return abandoned(request)
      })
    case "truncated":
      return Effect.flatMap(answer, (response) => truncate(request, response))
  }
}

/** Promises the whole body, sends half of it, or the first part of one that is streamed, and hangs up once that is on its way. */
const truncate = Effect.fnUntraced(function* (
  request: HttpServerRequest.HttpServerRequest,
  response: HttpServerResponse.HttpServerResponse
) {
  const part = yield* firstPart(response.body)
  return yield* Effect.callback<HttpServerResponse.HttpServerResponse>((resume) => {
    // The server speaks HTTP/1.1 only, and there the two kinds of response are one.
    const raw = NodeHttpServerRequest.toServerResponse(request) as ServerResponse
    raw.once("close", () => resume(Effect.sync(() => abandoned(request))))
    raw.writeHead(response.status, { ...response.headers })
    raw.write(part, () => raw.destroy())
  })
})

const firstPart = (body: HttpBody.HttpBody): Effect.Effect<Uint8Array> => {
  if (body._tag === "Uint8Array") return Effect.succeed(body.body.subarray(0, body.body.length >> 1))
  if (body._tag !== "Stream") return Effect.succeed(new Uint8Array())
  return Effect.map(
    Effect.orDie(Stream.runHead(body.stream)),
    Option.getOrElse(() => new Uint8Array())
  )
}

/** With the raw response destroyed, the server sends nothing of what the handler returns. */
const abandoned = (request: HttpServerRequest.HttpServerRequest): HttpServerResponse.HttpServerResponse => {
  NodeHttpServerRequest.toServerResponse(request).destroy()
  return HttpServerResponse.empty()
}
