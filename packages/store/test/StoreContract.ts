/** What every store promises, whatever it keeps its operations in. */
import type { Vitest } from "@effect/vitest"
import type { Store } from "@opwatch/tracker/Store"
import type { StoreError } from "@opwatch/tracker/StoreError"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { claimsContract } from "./contract/claims.ts"
import { changesContract } from "./contract/changes.ts"
import { durationsContract } from "./contract/durations.ts"
import { pruningContract } from "./contract/pruning.ts"
import { readsContract } from "./contract/reads.ts"
import type { StoreTest } from "./contract/StoreTest.ts"
import { touchesContract } from "./contract/touches.ts"
import { runnersContract } from "./contract/runners.ts"
import { trackingContract } from "./contract/tracking.ts"

export const everyPromise = (test: StoreTest) => {
  trackingContract(test)
  changesContract(test)
  claimsContract(test)
  touchesContract(test)
  readsContract(test)
  durationsContract(test)
  pruningContract(test)
  runnersContract(test)
}

/** `open` gives a store with nothing in it. */
export const storeContract = <R>(
  it: Vitest.MethodsNonLive<R>,
  open: Effect.Effect<Store["Service"], StoreError, R | Scope.Scope>
) => everyPromise((name, body) => it.effect(name, () => Effect.flatMap(open, body)))
