/** A network between a client and a server on loopback, to do to it what happens to networks. */
import * as Effect from "effect/Effect"
import * as Net from "node:net"

export interface Proxy {
  readonly port: number
  /** Nothing arrives any more, in either direction; connections stay open. */
  readonly hang: Effect.Effect<void>
  /** Every connection breaks, and every new one. */
  readonly cut: Effect.Effect<void>
  /** All is well again for new connections. */
  readonly mend: Effect.Effect<void>
  /** When something was sent while nothing arrives. */
  readonly swallowed: Effect.Effect<void>
}

export const make = Effect.fnUntraced(function* (target: number) {
  let mode: "passes" | "hangs" | "cuts" = "passes"
  let onSwallowed: () => void = () => {}
  const sockets = new Set<Net.Socket>()

  const forward = (from: Net.Socket, to: Net.Socket) => {
    sockets.add(from)
    from.on("data", (bytes) => (mode === "hangs" ? onSwallowed() : to.write(bytes)))
    from.on("error", () => {})
    from.on("close", () => {
      sockets.delete(from)
      to.destroy()
    })
  }
  const server = Net.createServer((client) => {
    if (mode === "cuts") {
      client.destroy()
      return
    }
    const upstream = Net.connect(target, "127.0.0.1")
    forward(client, upstream)
    forward(upstream, client)
  })
  yield* Effect.acquireRelease(
    Effect.callback<void>((resume) => {
      server.listen(0, "127.0.0.1", () => resume(Effect.void))
    }),
    () =>
      Effect.sync(() => {
        server.close()
        for (const socket of sockets) socket.destroy()
      })
  )
  const address = server.address()
  const become = (next: typeof mode) =>
    Effect.sync(() => {
      mode = next
      if (next === "cuts") for (const socket of sockets) socket.destroy()
    })
  const proxy: Proxy = {
    port: typeof address === "object" && address !== null ? address.port : 0,
    hang: become("hangs"),
    cut: become("cuts"),
    mend: become("passes"),
    swallowed: Effect.callback((resume) => {
      onSwallowed = () => resume(Effect.void)
    })
  }
  return proxy
})
