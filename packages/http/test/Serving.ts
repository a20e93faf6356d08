/** The server on a real loopback socket, with providers that a test controls. */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { ApiKeys } from "@opwatch/access/ApiKeys"
import { Sources } from "@opwatch/core/Sources"
import { Tracker } from "@opwatch/tracker/Tracker"
import { Webhooks } from "@opwatch/webhooks/Webhooks"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as Http from "node:http"
import * as OpwatchServer from "../src/OpwatchServer.ts"
import * as InMemoryProvider from "./InMemoryProvider.ts"

export interface Answer {
  readonly status: number
  readonly headers: Http.IncomingHttpHeaders
  readonly text: string
}

/** Without API keys. Lives as long as the scope. */
export const start = Effect.suspend(() => startWith(ApiKeys.none))

/** `beside` has the same tracker and keys. */
export const startWith = Effect.fnUntraced(function* <E>(
  access: Layer.Layer<ApiKeys, E>,
  beside: Layer.Layer<never, never, ApiKeys | Tracker> = Layer.empty
) {
  const toloka = InMemoryProvider.make("toloka")
  const cloud = InMemoryProvider.make("cloud")
  const sources = new Map([toloka, cloud].map(({ provider, source }) => [source, provider]))
  const server = Layer.provideMerge(OpwatchServer.layer, socket()).pipe(
    Layer.merge(beside),
    Layer.provide([Tracker.layerMemory, Webhooks.none]),
    Layer.provide(Layer.succeed(Sources, sources)),
    Layer.provide(access)
  )
  const { address } = Context.get(yield* Layer.build(Layer.fresh(server)), HttpServer.HttpServer)
  const url = HttpServer.formatAddress(address)
  return { url, toloka, cloud, request: requestTo(url) }
})

/** Another one each time. */
export const socket = () =>
  NodeHttpServer.layer(Http.createServer, { host: "127.0.0.1", port: 0, gracefulShutdownTimeout: "100 millis" })

/** By `node:http`, which lets a test send any header, `Host` included. */
export const requestTo =
  (url: string) =>
  (path: string, options: Http.RequestOptions = {}): Effect.Effect<Answer> =>
    Effect.callback((resume, signal) => {
      const request = Http.request(`${url}${path}`, { agent: false, signal, ...options }, (response) => {
        const chunks: Array<Buffer> = []
        response.on("data", (chunk: Buffer) => chunks.push(chunk))
        response.on("end", () =>
          resume(
            Effect.succeed({
              status: response.statusCode ?? 0,
              headers: response.headers,
              text: Buffer.concat(chunks).toString("utf8")
            })
          )
        )
      })
      request.on("error", (error) => resume(Effect.die(error)))
      request.end()
    })

export const json = (answer: Answer): Record<string, unknown> => JSON.parse(answer.text)

/** Polls a condition until it holds. */
export const until = (condition: () => boolean): Effect.Effect<void> =>
  Effect.sync(condition).pipe(
    Effect.flatMap((holds) => (holds ? Effect.void : Effect.fail("not yet" as const))),
    Effect.retry(Schedule.spaced("5 millis")),
    Effect.timeout("1 minute"),
    Effect.orDie
  )

/** A stream of events that is read as it comes. */
export const listen = Effect.fnUntraced(function* (
  url: string,
  lastEventId?: string,
  own: Readonly<Record<string, string>> = {}
) {
  const controller = new AbortController()
  yield* Effect.addFinalizer(() => Effect.sync(() => controller.abort()))
  const response = yield* Effect.promise(() =>
    fetch(url, {
      signal: controller.signal,
      headers: lastEventId === undefined ? own : { ...own, "last-event-id": lastEventId }
    })
  )
  let text = ""
  const reading = yield* Effect.forkScoped(
    Effect.promise(async () => {
      const decoder = new TextDecoder()
      for await (const chunk of response.body ?? []) text += decoder.decode(chunk, { stream: true })
    })
  )
  return { response, text: () => text, events: () => parse(text), end: Fiber.join(reading) }
})

export interface Event {
  readonly id: string | undefined
  readonly event: string
  readonly data: Record<string, unknown>
}

/** By the rules of the standard, as far as the server uses them. */
const parse = (text: string): ReadonlyArray<Event> =>
  text.split("\n\n").flatMap((block) => {
    const fields = new Map(block.split("\n").map((line) => [line.split(": ")[0], line.split(": ").slice(1).join(": ")]))
    const [event, data] = [fields.get("event"), fields.get("data")]
    return event === undefined || data === undefined ? [] : [{ id: fields.get("id"), event, data: JSON.parse(data) }]
  })
