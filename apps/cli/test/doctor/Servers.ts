/** Servers on loopback that a test makes as it needs them; each is gone with its scope. */
import { readFileSync } from "node:fs"
import { createServer, type RequestListener, type Server } from "node:http"
import { createServer as createSecureServer } from "node:https"
import { connect } from "node:net"
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"

const pathOf = (name: string) => fileURLToPath(new URL(`../certificates/${name}`, import.meta.url))

/** Of the authority that issued the others but the self-signed one. All but the expired end in 2120. */
export const authority = pathOf("authority.pem")

export type Certificate = "trusted" | "expired" | "other" | "selfSigned"

const listen = (server: Server) =>
  Effect.acquireRelease(
    Effect.callback<number>((resume) => {
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : 0))
      })
    }),
    () =>
      Effect.callback<void>((resume) => {
        server.close(() => resume(Effect.void))
        server.closeAllConnections()
      })
  )

/** The port of a server that speaks plain HTTP. */
export const http = (listener: RequestListener) => listen(createServer(listener))

/** The port of one that speaks https with that certificate. */
export const https = (certificate: Certificate, listener: RequestListener) =>
  listen(
    createSecureServer(
      { key: readFileSync(pathOf("server.key")), cert: readFileSync(pathOf(`${certificate}.pem`)) },
      listener
    )
  )

/** What the cloud says of an operation that is not there. */
export const notFound: RequestListener = (_, response) => {
  response.writeHead(404, { "content-type": "application/json" })
  response.end(JSON.stringify({ code: 5, message: "Operation is not found" }))
}

/** A proxy that answers every wish for a tunnel so, and with 200 makes one to that port, wherever it was to lead. */
export const proxy = (status: number, port = 0) => {
  const server = createServer()
  server.on("connect", (_, client) => {
    client.on("error", () => {})
    client.write(`HTTP/1.1 ${status} Answer\r\n\r\n`)
    if (status !== 200) return client.end()
    const upstream = connect(port, "127.0.0.1")
    upstream.on("error", () => client.destroy())
    client.on("close", () => upstream.destroy())
    return client.pipe(upstream).pipe(client)
  })
  return listen(server)
}

/** A port where nothing listens: one that was given out and is free again. */
export const closedPort = Effect.scoped(http(notFound))
