/** A network between a client and a server on loopback, to do to it what happens to networks. */
import * as Effect from "effect/Effect"
import * as Net from "node:net"

export interface Proxy {
  readonly port: number
  /** Nothing arrives any more, in either direction; connections stay open. */
  readonly hang: Effect.Effect<void>
  /** The same until it is mended, when all of it arrives. */
  readonly stall: Effect.Effect<void>
  /** Every connection breaks, and every new one. */
  readonly cut: Effect.Effect<void>
  /** All is well again, but for connections that broke or lost something. */
  readonly mend: Effect.Effect<void>
  /** When something was sent while nothing arrives. */
  readonly swallowed: Effect.Effect<void>
}

export const make = Effect.fnUntraced(function* (target: number) {
  let mode: "passes" | "hangs" | "stalls" | "cuts" = "passes"
  let onSwallowed: () => void = () => {}
  const sockets = new Set<Net.Socket>()

  const forward = (from: Net.Socket, to: Net.Socket) => {
    sockets.add(from)
    if (mode === "stalls") from.pause()
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
      for (const socket of sockets) {
        if (next === "cuts") socket.destroy()
        else if (next === "stalls") socket.pause()
        else socket.resume()
      }
    })
  const proxy: Proxy = {
    port: typeof address === "object" && address !== null ? address.port : 0,
    hang: become("hangs"),
    stall: become("stalls"),
    cut: become("cuts"),
    mend: become("passes"),
    swallowed: Effect.callback((resume) => {
      onSwallowed = () => resume(Effect.void)
    })
  }
  return proxy
})
