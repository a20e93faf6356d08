/** What the server itself says of all there is: what is tracked, each operation and its history, and every event there was. */
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type { Client } from "./Client.ts"
import * as EventReader from "./EventReader.ts"
import type { Scripted } from "./Scripts.ts"
import * as Verdict from "./Verdict.ts"

interface Known {
  readonly ref: string
  readonly state: string
}

export const json = Effect.fnUntraced(function* (server: Client, path: string) {
  const { status, text } = yield* server.ask(path)
  if (status !== 200) throw new Error(`${path} was answered with ${status}: ${text}`)
  return JSON.parse(text)
})

/** Every item of every page. */
export const pages = Effect.fnUntraced(function* <A>(server: Client, path: string, member: string) {
  const items: Array<A> = []
  for (let token: string | undefined = ""; token !== undefined;) {
    const page: Record<string, ReadonlyArray<A>> & { readonly nextPageToken?: string } = yield* json(
      server,
      `${path}?pageSize=1000${token === "" ? "" : `&pageToken=${encodeURIComponent(token)}`}`
    )
    items.push(...(page[member] ?? []))
    token = page.nextPageToken
  }
  return items
})

/** Waits for it a minute; what it then is the findings say. */
export const eventually = (condition: () => boolean) =>
  Effect.sync(condition).pipe(
    Effect.repeat({ until: (holds) => holds, schedule: Schedule.spaced("50 millis") }),
    Effect.timeoutOption("1 minute")
  )

/** All events up to the end of every operation, as somebody reads them who is never cut off. */
export const events = Effect.fnUntraced(function* (server: Client, operations: number) {
  const reader = yield* EventReader.make(server, { path: "/v1/events", after: "0" })
  yield* eventually(() => reader.told.filter(({ done }) => done).length >= operations)
  return reader.told
})

/** Whether the list has each of them once in its script's state, and each of the samples says the same, and how it came to it. */
export const findings = Effect.fnUntraced(function* (
  server: Client,
  {
    all,
    operations,
    samples
  }: {
    readonly operations: ReadonlyArray<Scripted>
    readonly samples: ReadonlyArray<Scripted>
    readonly all: ReadonlyArray<EventReader.Told>
  }
) {
  const listed = yield* pages<Known>(server, "/v1/operations", "operations")
  const found = yield* Effect.forEach(
    samples,
    ({ ref, state }) =>
      Effect.gen(function* () {
        const got: Known = yield* json(server, `/v1/operations/${ref}`)
        const history = yield* pages<Verdict.Change>(server, `/v1/operations/${ref}/history`, "changes")
        return [
          ...Verdict.differences(ref, [got.state], [state]),
          ...Verdict.ofHistory(ref, state, history),
          ...Verdict.ofEvents(ref, all, history)
        ]
      }),
    { concurrency: 16 }
  )
  const lines = (known: ReadonlyArray<Known>) => known.map(({ ref, state }) => `${ref} ${state}`).toSorted()
  return [...Verdict.differences("the list", lines(listed), lines(operations)), ...Verdict.ofAll(all), ...found.flat()]
})
