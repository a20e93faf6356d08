/**
 * The keys that count. What was sent is hashed before it is compared with anything: how long a look-up takes tells of that hash at
 * most, from which no key can be found, and it is as long however many keys there are.
 */
import * as Timestamp from "@opwatch/core/Timestamp"
import type * as Redacted from "effect/Redacted"
import { type ApiKey, hashOf } from "./ApiKey.ts"

export interface Keyring {
  readonly keys: ReadonlyArray<ApiKey>
  /** The key with this text, expired or not. */
  readonly find: (key: Redacted.Redacted<string>) => ApiKey | undefined
  /** Whether it has exactly this key, no field of it changed. */
  readonly has: (key: ApiKey) => boolean
}

export const make = (keys: ReadonlyArray<ApiKey>): Keyring => {
  const byHash = new Map(keys.map((key) => [key.hash, key]))
  const texts = new Set(keys.map(textOf))
  return {
    keys,
    find: (presented) => byHash.get(hashOf(presented)),
    has: (key) => texts.has(textOf(key))
  }
}

export const isExpired = ({ expiresAt }: ApiKey, nowMillis: number): boolean =>
  expiresAt !== undefined && Timestamp.toMillis(expiresAt) <= nowMillis

const textOf = ({ createdAt, expiresAt, hash, maxTracked, name, scopes, sources }: ApiKey): string =>
  JSON.stringify([name, hash, scopes, sources, maxTracked, createdAt, expiresAt])
