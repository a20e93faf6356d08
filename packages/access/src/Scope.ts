/** What an API key may be used for. No scope implies another. */
import * as Schema from "effect/Schema"

export const Scope = Schema.Literals(["read", "track", "cancel", "passthrough", "admin"])
export type Scope = typeof Scope.Type

export const all: ReadonlyArray<Scope> = Scope.literals

/** For help and documents. */
export const meanings: Readonly<Record<Scope, string>> = {
  read: "ask for operations, wait for them, read what is tracked",
  track: "track and untrack operations, and subscribe to their events",
  cancel: "ask to cancel operations",
  passthrough: "send other requests to a provider with the server's credential, where its source allows that",
  admin: "read the metrics, which count for all keys, and which servers there are"
}
