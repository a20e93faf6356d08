/** Somebody who reads server-sent events, and goes on from the last one wherever the connection broke, as browsers do. */
import * as Effect from "effect/Effect"
import type { Client } from "./Client.ts"

export interface Told {
  readonly id: string
  readonly type: string
  readonly ref: string
  readonly state: string
  readonly done: boolean
  readonly progress?: number
}

export interface EventReader {
  readonly path: string
  /** The id that it started after; undefined until it knows. */
  from: string | undefined
  last: string | undefined
  readonly told: Array<Told>
  /** What was no event: an answer that refused, a `reset`. */
  readonly surprises: Array<string>
  connections: number
}

export interface Options {
  readonly path: string
  /** Starts after this one; without it, from now on. */
  readonly after?: string
  /** Hangs up by itself after so many milliseconds, every time. */
  readonly patience?: () => number
  /** Whether it has all it wants. */
  readonly isOver?: (reader: EventReader) => boolean
}

/** Reads until its scope ends or it is over. */
export const make = Effect.fnUntraced(function* (
  server: Client,
  { after, isOver = () => false, path, patience }: Options
) {
  const reader: EventReader = { path, from: after, last: after, told: [], surprises: [], connections: 0 }
  const once = server.up.pipe(
    Effect.andThen(
      Effect.promise((interrupted) => {
        const signals = patience === undefined ? [interrupted] : [interrupted, AbortSignal.timeout(patience())]
        return read(server.url, reader, AbortSignal.any(signals)).catch(() => undefined)
      })
    ),
    Effect.andThen(Effect.sleep("10 millis"))
  )
  yield* Effect.forkScoped(Effect.whileLoop({ while: () => !isOver(reader), body: () => once, step: () => {} }))
  return reader
})

const read = async (url: string, reader: EventReader, signal: AbortSignal) => {
  const headers: Record<string, string> = reader.last === undefined ? {} : { "last-event-id": reader.last }
  const answer = await fetch(url + reader.path, { headers, signal })
  reader.connections += 1
  if (answer.status !== 200) {
    reader.surprises.push(`${answer.status} ${await answer.text()}`)
    return
  }
  let rest = ""
  for await (const chunk of (answer.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
    const messages = (rest + chunk).split("\n\n")
    rest = messages.pop() ?? ""
    for (const message of messages) take(reader, message)
  }
}

const take = (reader: EventReader, message: string) => {
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(message)?.[1]
  const id = field("id")
  if (id === undefined) return
  reader.last = id
  reader.from ??= id
  const [event, data] = [field("event"), field("data")]
  if (data === undefined) return
  if (event === "reset") {
    reader.surprises.push(message)
    return
  }
  const parsed = JSON.parse(data)
  const { done, progress, ref, state } = event === "operation" ? parsed : parsed.operation
  reader.told.push({ id, type: parsed.type ?? "operation", ref, state, done, progress })
}
