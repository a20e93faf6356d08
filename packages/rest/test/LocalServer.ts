/** A server on loopback that answers as the test says, and a client for it with a credential that must never show up. */
import { createServer, type IncomingMessage, type RequestListener } from "node:http"
import type { AddressInfo, Socket } from "node:net"
import { setTimeout } from "node:timers/promises"
import { OperationId, SourceName } from "@opwatch/core/Reference"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type { Authorization } from "../src/Authorization.ts"
import { reasonByStatus } from "../src/Refusal.ts"
import * as RestClient from "../src/RestClient.ts"

export interface LocalServer {
  readonly url: string
  readonly host: string
  readonly requests: ReadonlyArray<IncomingMessage>
  /** The connections that are open now. */
  readonly sockets: ReadonlySet<Socket>
}

/** Listens until the scope closes, then hangs up on everybody. */
export const serve = (listener: RequestListener) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.callback<LocalServer & { readonly close: () => void }>((resume) => {
        const requests: Array<IncomingMessage> = []
        const sockets = new Set<Socket>()
        const server = createServer((request, response) => {
          requests.push(request)
          listener(request, response)
        })
        server.on("connection", (socket) => {
          sockets.add(socket)
          socket.once("close", () => sockets.delete(socket))
        })
        server.listen(0, "127.0.0.1", () => {
          const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
          const close = () => {
            server.close()
            for (const socket of sockets) socket.destroy()
          }
          resume(Effect.succeed({ url: `http://${host}`, host, requests, sockets, close }))
        })
      }),
      ({ close }) => Effect.sync(close)
    ),
    (server): LocalServer => server
  )

/** Answers everything alike. */
export const answering = (status: number, body: string | Uint8Array, headers: Record<string, string> = {}) =>
  serve((_, response) => {
    response.writeHead(status, headers).end(body)
  })

export const secret = "y0_hush-hush-0123456789"
export const id = OperationId.make("op-1")
export const request: RestClient.RestRequest = { method: "GET", path: "/operations/op-1", id }

/** The same header always. */
export const carrying = (header: string): Authorization => ({
  header: Effect.succeed(Option.some(Redacted.make(header))),
  reject: () => Effect.void
})

export const client = (url: string, options: Partial<RestClient.RestClientOptions> = {}) =>
  RestClient.make({
    source: SourceName.make("local"),
    url,
    authorization: carrying(`OAuth ${secret}`),
    rateLimit: { requests: 1_000, per: Duration.seconds(1) },
    judge: (refusal) => ({ reason: reasonByStatus(refusal) }),
    ...options
  })

/** Waits, in real time, for what another end of a socket notices in its own time. */
export const until = (condition: () => boolean): Effect.Effect<void> =>
  Effect.promise(async (signal) => {
    while (!condition()) await setTimeout(2, undefined, { signal })
  })
