/** Whoever sent a request, as handlers know them: by the name of their key, never by the key. */
import type { SourceName } from "@opwatch/core/Reference"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Scope from "./Scope.ts"

export class Caller extends Context.Service<
  Caller,
  {
    /** The name of the key; empty on a server without keys. What is tracked belongs to it. */
    readonly owner: string
    readonly scopes: ReadonlySet<Scope.Scope>
    /** The only sources there are for this caller; absent where those are all. */
    readonly sources?: ReadonlySet<SourceName>
    /** How many unfinished operations it may track at once; absent where there is no limit. */
    readonly maxTracked?: number
    /** Done once the key is revoked, replaced, changed or expired: answers that last end with it. Absent without keys. */
    readonly dismissed?: Effect.Effect<void>
  }
>()("@opwatch/access/Caller") {}

/**
 * Everybody, on a server without keys: this machine may do all but pass requests through. That would hand the whole account at
 * the provider, not just its operations, to every program and user of this machine.
 */
export const withoutKeys: Caller["Service"] = {
  owner: "",
  scopes: new Set(Scope.all.filter((scope) => scope !== "passthrough"))
}

/** Whether a source exists, as far as the caller is told. */
export const sees = ({ sources }: Pick<Caller["Service"], "sources">, source: SourceName): boolean =>
  sources === undefined || sources.has(source)
