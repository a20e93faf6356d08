/** The server as its users have it, with keys and a database in a file, an emulator that it asks and a receiver that it tells. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as ApiKey from "@opwatch/access/ApiKey"
import { Emulator } from "@opwatch/emulator/Emulator"
import * as ConfiguredSources from "@opwatch/sources/ConfiguredSources"
import * as NodeTransport from "@opwatch/sources/NodeTransport"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as References from "effect/References"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import { writeFileSync } from "node:fs"
import { createServer } from "node:http"
import { join } from "node:path"
import * as DatabasePlace from "../src/DatabasePlace.ts"
import * as Server from "../src/Server.ts"
import * as ServerConfig from "../src/ServerConfig.ts"
import * as Loopback from "./Loopback.ts"
import { folder } from "./Process.ts"

export interface Received {
  readonly path: string
  readonly headers: Record<string, string>
  readonly body: string
}

/** Keeps what it is sent and answers with the number that its path ends in, but for what was mended. */
export const receiver = Effect.gen(function* () {
  const received: Array<Received> = []
  const mended = new Set<string>()
  const server = createServer((request, response) => {
    let body = ""
    request.setEncoding("utf8")
    request.on("data", (chunk: string) => (body += chunk))
    request.on("end", () => {
      const path = request.url ?? ""
      const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)])
      received.push({ path, headers: Object.fromEntries(headers), body })
      response.writeHead(mended.has(path) ? 204 : Number(path.slice(-3))).end()
    })
  })
  const url = yield* Loopback.listen(server)
  return {
    url,
    mend: (path: string) => mended.add(path),
    at: (path: string) => received.filter((one) => one.path === path)
  }
})

const keys = {
  team: { scopes: ["read", "track"] },
  others: { scopes: ["read", "track"] },
  reader: { scopes: ["read"] },
  small: { scopes: ["read", "track"], maxTracked: 1 }
} as const

export const start = Effect.gen(function* () {
  const { url: emulator } = yield* Emulator
  const place = yield* folder
  const environment = {
    OPWATCH_CONFIG: join(place, "config.json"),
    OPWATCH_API_KEYS_FILE: join(place, "keys.json"),
    XDG_STATE_HOME: place
  }
  const texts = new Map(Object.keys(keys).map((name) => [name, ApiKey.generate()]))
  const kept = [...texts].map(([name, text]) => ({
    name,
    hash: ApiKey.hashOf(text),
    createdAt: "2026-01-01T00:00:00Z",
    ...keys[name as keyof typeof keys]
  }))
  writeFileSync(environment.OPWATCH_API_KEYS_FILE, JSON.stringify({ keys: kept }), { mode: 0o600 })

  const logs: Array<string> = []
  const answers: Array<string> = []
  const running = { url: "", scope: yield* Scope.make() }
  yield* Effect.addFinalizer(() => Scope.close(running.scope, Exit.void))

  const serve = Effect.fnUntraced(function* (server: Record<string, unknown>) {
    const cloud = { provider: "cloud", url: emulator, auth: { kind: "none" } }
    writeFileSync(environment.OPWATCH_CONFIG, JSON.stringify({ sources: { cloud }, server }))
    const sources = ConfiguredSources.layer({ config: undefined, environment }).pipe(
      Layer.provide([NodeTransport.layer(environment), NodeServices.layer])
    )
    const announced = yield* Deferred.make<string>()
    const logger = Logger.map(Logger.formatJson, (line) => void logs.push(line))
    const layer = Layer.unwrap(
      Effect.map(ServerConfig.section(environment), (section) =>
        Server.layer({
          address: { host: "127.0.0.1", port: 0 },
          section,
          database: DatabasePlace.fromEnvironment(environment),
          announce: (url) => Deferred.succeed(announced, url)
        })
      )
    ).pipe(
      Layer.provide([sources, ServerConfig.keys(environment), NodeServices.layer]),
      Layer.provide([Logger.layer([logger]), Layer.succeed(References.MinimumLogLevel, "All")])
    )
    running.scope = yield* Scope.make()
    yield* Layer.buildWithScope(Layer.fresh(layer), running.scope)
    running.url = yield* Deferred.await(announced)
  })

  const send = Effect.fnUntraced(function* (
    method: string,
    path: string,
    body?: unknown,
    key: keyof typeof keys = "team"
  ) {
    const answer = yield* Effect.promise(() =>
      fetch(`${running.url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${Redacted.value(texts.get(key) ?? Redacted.make(""))}`,
          ...(body === undefined ? {} : { "content-type": "application/json" })
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) })
      })
    )
    const text = yield* Effect.promise(() => answer.text())
    answers.push(text)
    return { status: answer.status, json: text === "" ? {} : JSON.parse(text) }
  })

  /** The first end that `/v1/events` tells of. */
  const finished = Effect.promise(async (signal) => {
    const answer = await fetch(`${running.url}/v1/events?lastEventId=0`, {
      headers: { authorization: `Bearer ${Redacted.value(texts.get("team") ?? Redacted.make(""))}` },
      signal
    })
    let text = ""
    for await (const chunk of (answer.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
      text += chunk
      const [, data] = /^event: operation\.finished\ndata: (.*)\n/m.exec(text) ?? []
      if (data !== undefined) return JSON.parse(data)
    }
    return undefined
  })

  return {
    place,
    logs,
    answers,
    serve,
    stop: Effect.suspend(() => Scope.close(running.scope, Exit.void)),
    send,
    finished,
    /** Has the emulator run one that ends so much later. */
    operation: (id: string, after: string) =>
      Effect.promise(() =>
        fetch(`${emulator}/_emulator/operations`, {
          method: "POST",
          body: JSON.stringify({ api: "cloud", id, steps: [{ after, set: { done: true, response: {} } }] })
        })
      )
  }
})
