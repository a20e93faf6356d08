/**
 * How often the provider side was asked, faulted requests included. Memory is bounded: operations that exist are counted
 * one by one, and so are the first ten thousand ids that do not; the total and the kinds count everything.
 */
import * as Context from "effect/Context"
import * as Layer from "effect/Layer"

/** Requests about one operation. */
export type OperationKind = "get" | "log" | "cancel"

/** `list` is a list of operations, `token` gives out an IAM token, `write` changes something, `read` is any other read. */
export type Kind = OperationKind | "list" | "token" | "write" | "read"

export type About =
  | { readonly kind: OperationKind; readonly id: string }
  | { readonly kind: Exclude<Kind, OperationKind> }

export interface Counts extends Readonly<Record<OperationKind | "faults", number>> {}

export interface Snapshot {
  /** Requests to unknown routes and with the wrong verb are in here only. */
  readonly total: number
  readonly kinds: Readonly<Record<Kind, number>>
  readonly operations: Readonly<Record<string, Counts>>
}

const unknownLimit = 10_000

export class Requests extends Context.Service<
  Requests,
  {
    /** `exists` tells whether the operation does. */
    readonly count: (about?: About & { readonly exists?: boolean }) => void
    readonly countFault: (id: string) => void
    readonly snapshot: () => Snapshot
    readonly reset: () => void
  }
>()("@opwatch/emulator/Requests") {
  static layer(): Layer.Layer<Requests> {
    return Layer.sync(Requests, make)
  }
}

const noKinds = { get: 0, log: 0, cancel: 0, list: 0, token: 0, write: 0, read: 0 }

const make = () => {
  let total = 0
  let unknown = 0
  let kinds: Record<Kind, number> = { ...noKinds }
  const byId = new Map<string, Record<OperationKind | "faults", number>>()

  return Requests.of({
    count: (about) => {
      total++
      if (about === undefined) return
      kinds[about.kind]++
      if (!("id" in about)) return
      let counts = byId.get(about.id)
      if (counts === undefined) {
        if (!(about.exists ?? false) && unknown++ >= unknownLimit) return
        counts = { get: 0, log: 0, cancel: 0, faults: 0 }
        byId.set(about.id, counts)
      }
      counts[about.kind]++
    },
    countFault: (id) => {
      const counts = byId.get(id)
      if (counts !== undefined) counts.faults++
    },
    snapshot: () => ({ total, kinds: { ...kinds }, operations: Object.fromEntries(byId) }),
    reset: () => {
      total = 0
      unknown = 0
      kinds = { ...noKinds }
      byId.clear()
    }
  })
}
