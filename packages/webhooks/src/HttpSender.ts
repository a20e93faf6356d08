/**
 * One HTTP request of a webhook. A name is resolved once, all its addresses are judged, and the connection goes to one of
 * those: an answer that changes afterwards changes nothing. Redirects are not followed, proxies not used.
 */
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { LookupAddress } from "node:dns"
import { lookup } from "node:dns/promises"
import * as Http from "node:http"
import * as Https from "node:https"
import type { LookupFunction } from "node:net"
import { isIP } from "node:net"
import * as Destination from "./Destination.ts"
import * as PublicAddress from "./PublicAddress.ts"

export interface Sending {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface Answer {
  readonly status: number
  readonly retryAfter: string | undefined
}

/** No answer came; `message` says why, for the owner of the webhook, without the URL. */
export class NoAnswer extends Data.TaggedError("NoAnswer")<{ readonly message: string }> {}

export type HttpSender = (sending: Sending) => Effect.Effect<Answer, NoAnswer>

/** All addresses of a name. */
export type Resolve = (name: string) => Promise<ReadonlyArray<LookupAddress>>

export interface Options {
  readonly allowPrivate: boolean
  readonly resolve?: Resolve | undefined
}

export const limit = Duration.seconds(15)

/** What is read of an answer's body, to have the connection for the next request. */
const mostBodyBytes = 64 * 1024

const idleMillis = 5000

class PrivateAddress extends Error {}

const resolveAll: Resolve = (name) => lookup(name, { all: true })

export const make = Effect.fnUntraced(function* ({
  allowPrivate,
  resolve = resolveAll
}: Options): Effect.fn.Return<HttpSender, never, Scope.Scope> {
  const agentOptions = {
    keepAlive: true,
    timeout: idleMillis,
    maxFreeSockets: 64,
    lookup: checkedLookup(resolve, allowPrivate)
  }
  const agents = { "http:": new Http.Agent(agentOptions), "https:": new Https.Agent(agentOptions) }
  yield* Effect.addFinalizer(() =>
    Effect.sync(() => {
      agents["http:"].destroy()
      agents["https:"].destroy()
    })
  )
  const isForbidden = (host: string) => !allowPrivate && isIP(host) !== 0 && !PublicAddress.isPublic(host)

  const send = ({ url: text, headers, body }: Sending): Effect.Effect<Answer, NoAnswer> => {
    const url = new URL(text)
    const isSecure = url.protocol === "https:"
    if (isForbidden(Destination.hostOf(url))) return Effect.fail(new NoAnswer({ message: Destination.privateMessage }))
    const options = { method: "POST", headers: { ...headers, "content-length": Buffer.byteLength(body) } }

    let answer: Answer | undefined
    const attempt: Effect.Effect<Answer, NoAnswer> = Effect.callback((resume) => {
      let bytes = 0
      const settle = () => answer !== undefined && resume(Effect.succeed(answer))
      const request = isSecure
        ? Https.request(url, { ...options, agent: agents["https:"] })
        : Http.request(url, { ...options, agent: agents["http:"] })
      request.on("response", (response) => {
        answer = { status: response.statusCode ?? 0, retryAfter: response.headers["retry-after"] }
        response.on("data", (chunk: Buffer) => {
          bytes += chunk.length
          if (bytes > mostBodyBytes) request.destroy()
        })
        response.on("error", settle)
        response.on("close", settle)
      })
      request.on("error", (error) => {
        if (answer !== undefined) return settle()
        /** The receiver closed a connection that lay idle, as it may, before it could read this. */
        if (request.reusedSocket && codeOf(error) === "ECONNRESET") return resume(attempt)
        return resume(Effect.fail(new NoAnswer({ message: messageOf(error) })))
      })
      request.end(body)
      return Effect.sync(() => request.destroy())
    })
    return Effect.timeoutOrElse(attempt, {
      duration: limit,
      orElse: () =>
        answer === undefined
          ? Effect.fail(new NoAnswer({ message: `no answer within ${Duration.format(limit)}` }))
          : Effect.succeed(answer)
    })
  }
  return (sending) => Effect.suspend(() => send(sending))
})

/** For all connections of an agent. */
const checkedLookup =
  (resolve: Resolve, allowPrivate: boolean): LookupFunction =>
  (name, options, done) => {
    resolve(name).then(
      (addresses) => {
        const [first] = addresses
        if (first === undefined) return done(Object.assign(new Error(), { code: "ENOTFOUND" }), [])
        if (!allowPrivate && !addresses.every(({ address }) => PublicAddress.isPublic(address))) {
          return done(new PrivateAddress(), [])
        }
        return options.all === true ? done(null, [...addresses]) : done(null, first.address, first.family)
      },
      (error: Error) => done(error, [])
    )
  }

const codeOf = (error: Error): string => ("code" in error ? String(error.code) : "")

const messageOf = (error: Error): string => {
  if (error instanceof PrivateAddress) return Destination.privateMessage
  switch (codeOf(error)) {
    case "ECONNREFUSED":
      return "the receiver refused the connection"
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "the receiver's name could not be resolved"
    case "ECONNRESET":
    case "EPIPE":
      return "the connection ended before there was an answer"
    case "ETIMEDOUT":
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return "the receiver could not be reached"
    case "":
      return "no answer came"
    default:
      return `no answer came (${codeOf(error)})`
  }
}
