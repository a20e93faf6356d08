import type { Store } from "@opwatch/tracker/Store"
import type { StoreError } from "@opwatch/tracker/StoreError"
import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

/** One promise of a store, tried on one with nothing in it. */
export type StoreTest = (
  name: string,
  body: (store: Store["Service"]) => Effect.Effect<unknown, StoreError, Scope.Scope>
) => void
