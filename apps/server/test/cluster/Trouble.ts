/** How a server says that it can store nothing: to whoever asks it for something, and to those who run it. */
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Client from "../crash/Client.ts"
import * as Nodes from "./Nodes.ts"

export interface Options {
  /** Sent once. */
  readonly path: string
  readonly init: RequestInit
  /** In seconds. */
  readonly retryAfter: string
  /** Of `/readyz`. */
  readonly words: RegExp
}

export const isTold = Effect.fnUntraced(function* ({ url }: Nodes.Node, { init, path, retryAfter, words }: Options) {
  const client = Client.make(url)
  const refused = yield* client.ask(path, init)
  assert.strictEqual(refused.status, 503, refused.text)
  assert.include(refused.text, "urn:opwatch:problem:store-unavailable")
  assert.strictEqual(refused.retryAfter, retryAfter)
  yield* Nodes.eventually(client.ask("/readyz"), ({ status, text }) => status === 503 && words.test(text))
  assert.strictEqual((yield* client.ask("/healthz")).status, 200)
})

/** Until it says that it can do what it is for. */
export const isOver = ({ url }: Nodes.Node) =>
  Nodes.eventually(Client.make(url).ask("/readyz"), ({ status }) => status === 200)
