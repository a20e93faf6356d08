/** An emulator and the sources configured on it, as the conformance suite uses them; everything over real HTTP. */
import { createServer, connect, type AddressInfo, type Socket } from "node:net"
import { setTimeout } from "node:timers/promises"
import { OperationId, SourceName } from "@opwatch/core/Reference"
import { Sources } from "@opwatch/core/Sources"
import { Emulator } from "@opwatch/emulator/Emulator"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ConfiguredSources from "../src/ConfiguredSources.ts"
import * as NodeTransport from "../src/NodeTransport.ts"
import type { Environment } from "../src/EnvironmentCredential.ts"
import type { Adapter } from "./Adapters.ts"
import { folder } from "./Workspace.ts"

/** Speaks to the emulator's control side. */
export const control = Effect.fnUntraced(function* (method: string, path: string, body?: unknown) {
  const { url } = yield* Emulator
  return yield* Effect.promise(async (signal): Promise<unknown> => {
    const answer = await fetch(`${url}/_emulator/${path}`, { method, signal, body: JSON.stringify(body) ?? null })
    const text = await answer.text()
    if (!answer.ok) throw new Error(text)
    return text === "" ? undefined : JSON.parse(text)
  })
})

/** An operation by its script, with nothing counted and nothing going wrong yet. */
export const place = Effect.fnUntraced(function* ({ api }: Adapter, script: object = {}, id = "op-1") {
  yield* control("POST", "operations", { api, id, ...script })
  yield* control("DELETE", "faults")
  yield* control("DELETE", "requests")
  return OperationId.make(id)
})

export interface Counts {
  readonly get: number
  readonly log: number
  readonly cancel: number
  readonly faults: number
}

/** How often the emulator was asked about an operation. */
export const counts = (id = "op-1") =>
  Effect.map(control("GET", "requests"), (requests): Counts => {
    const { operations } = requests as { readonly operations: Readonly<Record<string, Counts>> }
    return operations[id] ?? { get: 0, log: 0, cancel: 0, faults: 0 }
  })

export interface ProviderOptions {
  readonly auth?: object
  readonly environment?: Environment
  readonly url?: string
  readonly endpointsUrl?: string
}

/** The adapter's provider, configured in a file to be found on the emulator. */
export const provider = Effect.fnUntraced(function* ({ api, path }: Adapter, options: ProviderOptions = {}) {
  const { url } = yield* Emulator
  const { write } = yield* folder
  const source = {
    provider: api,
    url: `${options.url ?? url}${path}`,
    rateLimit: { requests: 10_000, per: "1s" },
    ...(options.auth === undefined ? {} : { auth: options.auth }),
    ...(options.endpointsUrl === undefined ? {} : { endpointsUrl: options.endpointsUrl })
  }
  const config = yield* write("config.json", JSON.stringify({ sources: { here: source } }))
  const context = yield* Layer.build(
    ConfiguredSources.layer({ config, environment: options.environment ?? {} }).pipe(
      Layer.provide(NodeTransport.layer({}))
    )
  )
  const sources = yield* Effect.provideContext(Sources, context)
  const found = sources.get(SourceName.make("here"))
  return found ?? (yield* Effect.die(new Error("the source is not there")))
})

/** A way to the emulator that knows which connections are open. */
export const relay = Effect.gen(function* () {
  const { port } = yield* Emulator
  const open = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(port, "127.0.0.1")
    open.add(near)
    for (const [from, to] of [
      [near, far],
      [far, near]
    ] as const) {
      from.on("error", () => to.destroy())
      from.pipe(to)
    }
    near.once("close", () => {
      open.delete(near)
      far.destroy()
    })
  })
  yield* Effect.acquireRelease(
    Effect.callback<void>((resume) => void server.listen(0, "127.0.0.1", () => resume(Effect.void))),
    () =>
      Effect.sync(() => {
        server.close()
        for (const socket of open) socket.destroy()
      })
  )
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, open }
})

/** Waits, in real time, for what another end of a socket notices in its own time. */
export const until = <E, R>(condition: Effect.Effect<boolean, E, R>): Effect.Effect<void, E, R> =>
  Effect.gen(function* () {
    while (!(yield* condition)) yield* Effect.promise((signal) => setTimeout(5, undefined, { signal }))
  })
