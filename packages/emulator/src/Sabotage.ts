/** Carries out a fault in place of an answer, or on top of it. */
import type { ServerResponse } from "node:http"
import * as NodeHttpServerRequest from "@effect/platform-node/NodeHttpServerRequest"
import * as Effect from "effect/Effect"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import type { Dialect } from "./Dialect.ts"
import type { Fault } from "./Fault.ts"

type Answer = Effect.Effect<HttpServerResponse.HttpServerResponse>

const badGateway = `<html>
<head><title>502 Bad Gateway</title></head>
<body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center></body>
</html>
`

export const carryOut = (
  fault: Fault,
  dialect: Dialect,
  request: HttpServerRequest.HttpServerRequest,
  answer: Answer
): Answer => {
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

/** Promises the whole body, sends half of it, and hangs up once that half is on its way. */
const truncate = (request: HttpServerRequest.HttpServerRequest, response: HttpServerResponse.HttpServerResponse) =>
  Effect.callback<HttpServerResponse.HttpServerResponse>((resume) => {
    const { body, headers, status } = response
    const bytes = body._tag === "Uint8Array" ? body.body : new Uint8Array()
    // The server speaks HTTP/1.1 only, and there the two kinds of response are one.
    const raw = NodeHttpServerRequest.toServerResponse(request) as ServerResponse
    const half = bytes.subarray(0, bytes.length >> 1)
    raw.once("close", () => resume(Effect.sync(() => abandoned(request))))
    raw.writeHead(status, { ...headers })
    raw.write(half, () => raw.destroy())
  })

/** With the raw response destroyed, the server sends nothing of what the handler returns. */
const abandoned = (request: HttpServerRequest.HttpServerRequest): HttpServerResponse.HttpServerResponse => {
  NodeHttpServerRequest.toServerResponse(request).destroy()
  return HttpServerResponse.empty()
}
