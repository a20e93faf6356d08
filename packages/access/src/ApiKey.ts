/**
 * API keys: what they look like, and what is kept of them. A key is 256 random bits, so its plain SHA-256 is as hard to turn
 * back as the key is to guess: the slow, salted hashes that passwords need would add nothing but load.
 */
import { SourceName } from "@opwatch/core/Reference"
import { Timestamp } from "@opwatch/core/Timestamp"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { hash, randomBytes } from "node:crypto"
import { Scope } from "./Scope.ts"

/** The owner of what is tracked with the key. */
export const KeyName = Schema.String.check(
  Schema.isPattern(/^[a-z0-9][a-z0-9._-]{0,62}$/, {
    expected: "a name of up to 63 lower-case letters, digits and ._-, the first a letter or digit"
  })
)
export type KeyName = typeof KeyName.Type

export const KeyHash = Schema.String.check(
  Schema.isPattern(/^sha256:[0-9a-f]{64}$/, { expected: "sha256: and 64 hexadecimal digits" })
)
export type KeyHash = typeof KeyHash.Type

/** What is kept of a key. */
export const ApiKey = Schema.Struct({
  name: KeyName,
  hash: KeyHash,
  scopes: Schema.NonEmptyArray(Scope),
  /** The only sources that there are for it; all if absent. */
  sources: Schema.optionalKey(Schema.NonEmptyArray(SourceName)),
  /** How many unfinished operations it may track at once; any number if absent. */
  maxTracked: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))),
  createdAt: Timestamp,
  /** From when on it is refused; never if absent. */
  expiresAt: Schema.optionalKey(Timestamp)
}).annotate({ identifier: "ApiKey" })
export type ApiKey = typeof ApiKey.Type

/** What every key begins with, so that scanners find one that leaked. */
export const prefix = "opw_"

/** A key that nobody has yet. */
export const generate = (): Redacted.Redacted<string> =>
  Redacted.make(`${prefix}${randomBytes(32).toString("base64url")}`)

/** Whether it looks like a key at all. */
export const isKey = (text: string): boolean => /^opw_[A-Za-z0-9_-]{43}$/.test(text)

/** The text without the keys in it, for what repeats a request that may have one where none belongs. */
export const scrub = (text: string): string => text.replace(/opw_[A-Za-z0-9_-]+/g, `${prefix}…`)

export const hashOf = (key: Redacted.Redacted<string>): KeyHash =>
  `sha256:${hash("sha256", Redacted.value(key), "hex")}`
