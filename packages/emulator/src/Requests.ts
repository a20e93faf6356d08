/**
 * How often the provider side was asked, faulted requests included. Memory is bounded: operations that exist are counted
 * one by one, and so are the first ten thousand ids that do not; the total counts everything.
 */
import * as Context from "effect/Context"
import * as Layer from "effect/Layer"

export type Kind = "get" | "log" | "cancel"

export interface Counts extends Readonly<Record<Kind | "faults", number>> {}

const unknownLimit = 10_000

export class Requests extends Context.Service<
  Requests,
  {
    readonly count: (request?: { readonly kind: Kind; readonly id: string; readonly exists: boolean }) => void
    readonly countFault: (id: string) => void
    readonly snapshot: () => { readonly total: number; readonly operations: Readonly<Record<string, Counts>> }
    readonly reset: () => void
  }
>()("@opwatch/emulator/Requests") {
  static layer(): Layer.Layer<Requests> {
    return Layer.sync(Requests, make)
  }
}

const make = () => {
  let total = 0
  let unknown = 0
  const byId = new Map<string, Record<Kind | "faults", number>>()

  return Requests.of({
    count: (request) => {
      total++
      if (request === undefined) return
      let counts = byId.get(request.id)
      if (counts === undefined) {
        if (!request.exists && unknown++ >= unknownLimit) return
        counts = { get: 0, log: 0, cancel: 0, faults: 0 }
        byId.set(request.id, counts)
      }
      counts[request.kind]++
    },
    countFault: (id) => {
      const counts = byId.get(id)
      if (counts !== undefined) counts.faults++
    },
    snapshot: () => ({ total, operations: Object.fromEntries(byId) }),
    reset: () => {
      total = 0
      unknown = 0
      byId.clear()
    }
  })
}
