/** An HTTP server on loopback that keeps what it is sent and answers as a test says. */
import * as Effect from "effect/Effect"
import type { IncomingMessage, ServerResponse } from "node:http"
import { createServer } from "node:http"

export interface Received {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export type Answer = (received: Received, response: ServerResponse, count: number) => void

/** Lives as long as the scope. `answer` is given how many requests came before. */
export const make = Effect.fnUntraced(function* (answer: Answer = (_, response) => response.writeHead(204).end()) {
  const received: Array<Received> = []
  const server = createServer((request, response) => {
    read(request, (body) => {
      const one = { path: request.url ?? "", headers: textHeaders(request), body }
      received.push(one)
      answer(one, response, received.length - 1)
    })
  })
  yield* Effect.acquireRelease(
    Effect.callback<void>((resume) => void server.listen(0, "127.0.0.1", () => resume(Effect.void))),
    () =>
      Effect.sync(() => {
        server.close()
        server.closeAllConnections()
      })
  )
  const address = server.address()
  const port = typeof address === "object" && address !== null ? address.port : 0
  return { port, url: `http://127.0.0.1:${port}/`, received }
})

const read = (request: IncomingMessage, done: (body: string) => void) => {
  let body = ""
  request.setEncoding("utf8")
  request.on("data", (chunk: string) => (body += chunk))
  request.on("end", () => done(body))
}

const textHeaders = (request: IncomingMessage) =>
  Object.fromEntries(
    Object.entries(request.headers).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : []))
  )
