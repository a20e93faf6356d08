/** A plain HTTP server on a free port of this machine, for as long as the scope; connections that are open end with it. */
import * as Effect from "effect/Effect"
import type { Server } from "node:http"

/** Answers its URL. */
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
