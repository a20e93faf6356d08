/** Connections that are only looked at: opened, perhaps through a proxy and under TLS, and closed with their scope. */
import { type ClientRequest, request as requestInClear } from "node:http"
import { request as requestUnderTls } from "node:https"
import * as net from "node:net"
import type { Duplex } from "node:stream"
import * as tls from "node:tls"
import * as Effect from "effect/Effect"
import type { Address, Route } from "./Route.ts"

export type SocketError = NodeJS.ErrnoException

/** Ends with the error of what goes wrong before it is ready. */
const ready = (socket: net.Socket, event: "connect" | "secureConnect") =>
  Effect.callback<void, SocketError>((resume) => {
    socket.once(event, () => resume(Effect.void))
    socket.once("error", (error) => resume(Effect.fail(error)))
    socket.once("close", () => resume(Effect.fail(closed())))
  })

const closed = (): SocketError => Object.assign(new Error("closed"), { code: "ECONNRESET" })

/** Destroyed with the scope; an error that nobody waits for any more is of no interest. */
const scoped = <A extends Duplex | ClientRequest>(make: () => A) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const socket = make()
      socket.on("error", () => {})
      return socket
    }),
    (socket) => Effect.sync(() => socket.destroy())
  )

export const open = Effect.fnUntraced(function* (address: Address) {
  const socket = yield* scoped(() => net.connect(address))
  yield* ready(socket, "connect")
  return socket
})

/** The certificate is not judged here. */
export const openSecure = Effect.fnUntraced(function* ({ host, port, proxy }: Route) {
  const socket = proxy === undefined ? yield* open({ host, port }) : yield* tunnel(proxy, { host, port })
  const servername = net.isIP(host) === 0 ? { servername: host } : {}
  const secure = yield* scoped(() => tls.connect({ socket, host, ...servername, rejectUnauthorized: false }))
  yield* ready(secure, "secureConnect")
  return secure
})

/** The proxy's refusal to connect. */
export class ProxyRefusal extends Error {
  readonly code = "EPROXY"
  readonly status: number
  constructor(status: number) {
    super(`the proxy answered with status ${status}`)
    this.status = status
  }
}

/** A connection that a proxy makes. */
const tunnel = Effect.fnUntraced(function* (proxy: URL, { host, port }: Address) {
  const target = `${net.isIPv6(host) ? `[${host}]` : host}:${port}`
  const request = proxy.protocol === "https:" ? requestUnderTls : requestInClear
  const { password, username } = proxy
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  const headers = {
    host: target,
    ...(login === ":" ? {} : { "proxy-authorization": `Basic ${Buffer.from(login).toString("base64")}` })
  }
  const asked = yield* scoped(() =>
    request(proxy, { method: "CONNECT", path: target, headers, agent: false, auth: "" })
  )
  const socket = yield* Effect.callback<Duplex, SocketError>((resume) => {
    asked.once("connect", ({ statusCode = 0 }, socket) =>
      resume(statusCode === 200 ? Effect.succeed(socket) : Effect.fail(new ProxyRefusal(statusCode)))
    )
    asked.once("response", ({ statusCode = 0 }) => resume(Effect.fail(new ProxyRefusal(statusCode))))
    asked.once("error", (error) => resume(Effect.fail(error)))
    asked.end()
  })
  return yield* scoped(() => socket)
})
