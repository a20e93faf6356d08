/** All who listen while the server is killed: readers of events from different starts and with filters, and who waits for one operation. */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type { Client } from "./Client.ts"
import * as EventReader from "./EventReader.ts"
import * as Verdict from "./Verdict.ts"

interface Known {
  readonly ref: string
  readonly state: string
  readonly done: boolean
}

/** `impatience` is how long some of them stay connected, in milliseconds. */
export const readers = (server: Client, impatience: () => number) =>
  Effect.forEach(
    [
      { path: "/v1/events", after: "0", concerns: () => true },
      { path: "/v1/events", after: "0", patience: impatience, concerns: () => true },
      { path: "/v1/events", concerns: () => true },
      { path: "/v1/events?source=toloka", after: "0", patience: impatience, concerns: isOfToloka },
      { path: "/v1/events?label=half%3D1", after: "0", concerns: isOfHalf },
      { path: "/v1/events?state=succeeded", concerns: hasSucceeded }
    ],
    ({ concerns, ...options }) =>
      Effect.map(EventReader.make(server, options), (reader) => ({
        reader,
        findings: (all: ReadonlyArray<EventReader.Told>) => Verdict.ofReader(reader, all, concerns)
      }))
  )

/** Which half of all it belongs to: a label. */
export const halfOf = (ref: string): string => String(ref.charCodeAt(ref.length - 1) % 2)

const isOfToloka = ({ ref }: EventReader.Told) => ref.startsWith("toloka/")
const isOfHalf = ({ ref }: EventReader.Told) => halfOf(ref) === "1"
const hasSucceeded = ({ state }: EventReader.Told) => state === "succeeded"

/** Follows one operation, which is tracked, by its events and by long polls. */
export const follower = Effect.fnUntraced(function* (server: Client, ref: string) {
  const isOver = ({ told }: EventReader.EventReader) => told.at(-1)?.done === true
  const reader = yield* EventReader.make(server, { path: `/v1/operations/${ref}/events`, isOver })
  const waiting = yield* Effect.forkScoped(waitFor(server, ref))
  return {
    reader,
    isOver: () => isOver(reader) && waiting.pollUnsafe() !== undefined,
    findings: Effect.fnUntraced(function* (all: ReadonlyArray<EventReader.Told>) {
      const last = all.findLast((event) => event.ref === ref && event.done)
      const { state } = yield* Fiber.join(waiting)
      const waited = state === last?.state ? [] : [`whoever waited for ${ref} was told ${state}`]
      return [...waited, ...Verdict.ofFollower(reader, all, ref)]
    })
  }
})
export type Follower = Effect.Success<ReturnType<typeof follower>>

const waitFor = Effect.fnUntraced(function* (server: Client, ref: string) {
  for (;;) {
    const { status, text } = yield* server.ask(`/v1/operations/${ref}/wait?timeout=10s`)
    if (status !== 200) throw new Error(`waiting for ${ref} was answered with ${status}: ${text}`)
    const operation: Known = JSON.parse(text)
    if (operation.done) return operation
  }
})
