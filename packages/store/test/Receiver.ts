/** An HTTP server on loopback that keeps the webhooks it is sent and answers as a test says. */
import * as Effect from "effect/Effect"
import type { ServerResponse } from "node:http"
import { createServer } from "node:http"

export interface Received {
  readonly id: string
  readonly path: string
  /** The event, as JSON. */
  readonly body: string
}

/** Lives as long as the scope. `answer` is given how many requests came before. */
export const make = Effect.fnUntraced(function* (
  answer: (response: ServerResponse, count: number, received: Received) => void = (response) =>
    response.writeHead(204).end(),
  port = 0
) {
  const received: Array<Received> = []
  const server = createServer((request, response) => {
    let body = ""
    request.setEncoding("utf8")
    request.on("data", (chunk: string) => (body += chunk))
    request.on("end", () => {
      const one = { id: String(request.headers["webhook-id"]), path: request.url ?? "", body }
      received.push(one)
      answer(response, received.length - 1, one)
    })
  })
  yield* Effect.acquireRelease(
    Effect.callback<void>((resume) => void server.listen(port, "127.0.0.1", () => resume(Effect.void))),
    () =>
      Effect.callback<void>((resume) => {
        server.close(() => resume(Effect.void))
        server.closeAllConnections()
      })
  )
  const address = server.address()
  const bound = typeof address === "object" && address !== null ? address.port : 0
  return { port: bound, url: `http://127.0.0.1:${bound}/`, received }
})
