/** Servers of a cluster that have their addresses for good: where one was stopped the next is started. */
import * as Effect from "effect/Effect"
import * as Scope from "effect/Scope"
import { freePort } from "../Loopback.ts"
import { until } from "../Process.ts"
import * as Nodes from "./Nodes.ts"

export interface Member {
  readonly url: string
  /** Until it is ready. */
  readonly start: Effect.Effect<void>
  /** As a supervisor does, by SIGTERM, until it has ended; dies if it ended with another code than 0. */
  readonly stop: Effect.Effect<void>
  /** What all of them wrote to standard error. */
  readonly said: () => string
}

/** A new member each time, which is not started yet, with this section `server` in its configuration. */
export const make = Effect.fnUntraced(function* (section: object) {
  const nodes = yield* Nodes.make(3, section)
  const scope = yield* Effect.scope

  return Effect.gen(function* (): Effect.fn.Return<Member> {
    const [port, clusterPort] = yield* Effect.all([freePort, freePort])
    const url = `http://127.0.0.1:${port}`
    const environment = { OPWATCH_PORT: String(port) }
    const all: Array<Nodes.Node> = []
    const isReady = Effect.promise(async () => (await fetch(`${url}/readyz`)).ok)
    return {
      url,
      start: Effect.gen(function* () {
        all.push(yield* nodes.start({ clusterPort, environment }))
        yield* Nodes.eventually(isReady, (holds) => holds)
      }).pipe(Effect.provideService(Scope.Scope, scope)),
      stop: Effect.gen(function* () {
        const last = all.at(-1)
        if (last === undefined) return
        last.child.kill("SIGTERM")
        yield* until(() => last.seen.code !== undefined)
        if (last.seen.code !== 0) throw new Error(`it ended with ${last.seen.code}: ${last.seen.error}`)
      }),
      said: () => all.map(({ seen }) => seen.error).join("")
    }
  })
})
