/** Plain requests to the emulator of the test, over its socket. */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import { Emulator } from "../src/Emulator.ts"

export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** Undefined when the text is not JSON. */
  readonly json: unknown
}

/** No answer, or not the whole of it. */
export class Broken extends Data.TaggedError("Broken")<{ readonly cause: unknown }> {
  /** Node's code for what happened to the socket. */
  get code(): unknown {
    const { cause } = this.cause as { readonly cause?: { readonly code?: unknown } }
    return cause?.code
  }
}

export const call = Effect.fnUntraced(function* (path: string, init?: RequestInit) {
  const { url } = yield* Emulator
  return yield* Effect.tryPromise({
    try: async (signal): Promise<Reply> => {
      const response = await fetch(url + path, { ...init, signal })
      const text = await response.text()
      return { status: response.status, headers: response.headers, text, json: parsed(text) }
    },
    catch: (cause) => new Broken({ cause })
  })
})

const send = (method: string) => (path: string, body: unknown) => call(path, { method, body: JSON.stringify(body) })
export const post = send("POST")
export const put = send("PUT")
export const remove = (path: string) => call(path, { method: "DELETE" })
export const authorized = (path: string, authorization: string) => call(path, { headers: { authorization } })

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
