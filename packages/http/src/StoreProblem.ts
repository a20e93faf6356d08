/** How the failure of the store is told to those who asked the server: not where it is, which those who run the server know. */
import { StoreUnavailable } from "@opwatch/api/Problems"
import type { StoreError } from "@opwatch/tracker/StoreError"
import * as Effect from "effect/Effect"

const details: Record<StoreError["reason"], string> = {
  unavailable: "the server's database cannot be reached now",
  full: "the server's database has no room left",
  unusable: "the server's database cannot be used; whoever runs the server has to mend it"
}

const pauseSeconds = { unavailable: 5, full: 60, unusable: 60 } as const

export const fromError = ({ reason }: StoreError): StoreUnavailable =>
  new StoreUnavailable({
    detail: details[reason],
    hint: "what was asked for may be stored all the same: ask again",
    retryAfterSeconds: pauseSeconds[reason]
  })

export const orStoreProblem = <A, R>(effect: Effect.Effect<A, StoreError, R>): Effect.Effect<A, StoreUnavailable, R> =>
  Effect.mapError(effect, fromError)
