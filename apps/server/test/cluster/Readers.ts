/** Many who read events and wait at several servers, which have to tell all of them the same. */
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Semaphore from "effect/Semaphore"
import { fork } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import * as Verdict from "../crash/Verdict.ts"
import * as Nodes from "./Nodes.ts"
import type { Command, Event, Heard, Progress, Reader, Waiter } from "./readers-process.ts"

export interface Listener {
  readonly reader: Reader
  readonly concerns: (event: Event) => boolean
}

const script = fileURLToPath(new URL("readers-process.ts", import.meta.url))

/** In a process that ends with the scope. */
export const make = Effect.fnUntraced(function* (urls: ReadonlyArray<string>) {
  const child = yield* Effect.acquireRelease(
    Effect.sync(() => fork(script, { serialization: "advanced" })),
    (child) => Effect.sync(() => child.kill())
  )
  const oneByOne = yield* Semaphore.make(1)
  const send = <A>(command: Command) =>
    Effect.promise(async () => {
      const told = once(child, "message")
      child.send(command)
      const [message] = await told
      const { answer }: { readonly answer: A } = message
      return answer
    }).pipe(oneByOne.withPermit)
  const progress = send<Progress>({ ask: "progress" })
  const listeners: Array<Listener> = []
  let waiters = 0

  /** Once all of them know where they begin. */
  const open = Effect.fnUntraced(function* (some: ReadonlyArray<Listener>) {
    listeners.push(...some)
    yield* send({ open: some.map(({ reader }) => reader), urls })
    yield* Nodes.eventually(progress, ({ begun }) => begun === listeners.length)
  })

  return {
    open,
    wait: (some: ReadonlyArray<Waiter>) => {
      waiters += some.length
      return send({ wait: some, urls })
    },
    /**
     * Once so many operations have ended, or a minute has passed: what was heard, and what of it is not as each server tells it
     * from the beginning. Waits a minute more for what is still on its way.
     */
    judge: Effect.fnUntraced(function* (operations: number) {
      yield* open(urls.map((_, first) => ({ reader: { path: "/v1/events", after: "0", first }, concerns: () => true })))
      const { ends, waited } = yield* progress.pipe(
        Effect.repeat({
          until: ({ ends, waited }) => ends >= operations && waited >= waiters,
          schedule: Schedule.spaced("50 millis"),
          times: 1_200
        })
      )
      const missing = [
        ...Verdict.differences("ends", [`${ends}`], [`${operations}`]),
        ...Verdict.differences("waits", [`${waited}`], [`${waiters}`])
      ]
      return yield* send<Heard>({ ask: "heard" }).pipe(
        Effect.map((heard) => ({ ...heard, findings: [...missing, ...findingsOf(heard, listeners)] })),
        Effect.repeat({
          until: ({ findings }) => findings.length === missing.length,
          schedule: Schedule.spaced("500 millis"),
          times: 120
        })
      )
    })
  }
})

const findingsOf = ({ events, reads, waits }: Heard, listeners: ReadonlyArray<Listener>): Verdict.Findings => {
  const all = [...events].toSorted(([one], [other]) => one - other).map(([, event]) => event)
  const ofReaders = reads.flatMap(({ ids, ...read }, index) => {
    const concerns = listeners[index]?.concerns ?? (() => true)
    return Verdict.ofReader({ ...read, told: ids.flatMap((id) => events.get(id) ?? []) }, all, concerns)
  })
  return [...Verdict.ofAll(all), ...ofReaders, ...waits.surprises]
}
