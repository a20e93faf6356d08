/** Why the store could not do what it was asked. What was not confirmed may or may not have been stored. */
import * as Schema from "effect/Schema"

export class StoreError extends Schema.TaggedError<StoreError>()("StoreError", {
  reason: Schema.Literals([
    /** The database cannot be reached, or another holds what is needed for too long; it may pass. */
    "unavailable",
    /** No room is left to write; reading goes on. */
    "full",
    /** The database is of another program or a later version, or damaged; waiting does not help. */
    "unusable"
  ]),
  message: Schema.String
}) {}

/** Whether the same again may succeed later. */
export const isPassing = ({ reason }: StoreError): boolean => reason !== "unusable"
