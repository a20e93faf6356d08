/** Ports of this machine, and plain HTTP servers on them. */
import * as Effect from "effect/Effect"
import type { Server } from "node:http"
import * as Net from "node:net"

/** On a free port for as long as the scope; connections that are open end with it. Answers its URL. */
export const listen = Effect.fnUntraced(function* (server: Server) {
  yield* Effect.acquireRelease(
    Effect.callback<void>((resume) => void server.listen(0, "127.0.0.1", () => resume(Effect.void))),
    () =>
      Effect.sync(() => {
        server.close()
        server.closeAllConnections()
      })
  )
  const address = server.address()
  return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`
})

/** Below those that are given to whoever asks for any, so that nobody takes it while a server that had it is down. */
export const freePort = Effect.promise(async () => {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000)
    const isFree = await new Promise<boolean>((resolve) => {
      const server = Net.createServer()
      server.once("error", () => resolve(false))
      server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)))
    })
    if (isFree) return port
  }
})
