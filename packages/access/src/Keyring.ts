/** The keys that count. Looking one up takes as long for a wrong key as for a right one, wherever that stands. */
import * as Timestamp from "@opwatch/core/Timestamp"
import type * as Redacted from "effect/Redacted"
import { timingSafeEqual } from "node:crypto"
import { type ApiKey, hashOf } from "./ApiKey.ts"

export interface Keyring {
  readonly keys: ReadonlyArray<ApiKey>
  /** The key with this text, expired or not. */
  readonly find: (key: Redacted.Redacted<string>) => ApiKey | undefined
  /** Whether it has exactly this key, no field of it changed. */
  readonly has: (key: ApiKey) => boolean
}

export const make = (keys: ReadonlyArray<ApiKey>): Keyring => {
  const entries = keys.map((key) => ({ key, hash: Buffer.from(key.hash) }))
  const texts = new Set(keys.map(textOf))
  return {
    keys,
    find: (presented) => {
      const hash = Buffer.from(hashOf(presented))
      let found: ApiKey | undefined
      for (const entry of entries) if (timingSafeEqual(entry.hash, hash)) found = entry.key
      return found
    },
    has: (key) => texts.has(textOf(key))
  }
}

export const isExpired = ({ expiresAt }: ApiKey, nowMillis: number): boolean =>
  expiresAt !== undefined && Timestamp.toMillis(expiresAt) <= nowMillis

const textOf = ({ createdAt, expiresAt, hash, maxTracked, name, scopes, sources }: ApiKey): string =>
  JSON.stringify([name, hash, scopes, sources, maxTracked, createdAt, expiresAt])
