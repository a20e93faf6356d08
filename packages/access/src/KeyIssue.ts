/** Making and revoking keys: what becomes of the list of them. */
import { present } from "@opwatch/core/FieldReader"
import type { Timestamp } from "@opwatch/core/Timestamp"
import type * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as ApiKey from "./ApiKey.ts"

export interface Wish {
  readonly name: ApiKey.KeyName
  readonly scopes?: ApiKey.ApiKey["scopes"] | undefined
  readonly sources?: ApiKey.ApiKey["sources"] | undefined
  readonly maxTracked?: number | undefined
  readonly expiresAt?: Timestamp | undefined
  /** Replaces the key of this name, which counts no more from then on; what is not wished for stays as it was, but for its end. */
  readonly rotate: boolean
}

export interface Issued {
  readonly key: ApiKey.ApiKey
  /** Kept nowhere else. */
  readonly secret: Redacted.Redacted<string>
}

export type Problem = "name-taken" | "no-such-key" | "no-scopes"

export const issue = (
  keys: ReadonlyArray<ApiKey.ApiKey>,
  { expiresAt, maxTracked, name, rotate, scopes, sources }: Wish,
  createdAt: Timestamp
): Result.Result<readonly [keys: ReadonlyArray<ApiKey.ApiKey>, issued: Issued], Problem> => {
  const before = keys.find((key) => key.name === name)
  if (before === undefined && rotate) return Result.fail("no-such-key")
  if (before !== undefined && !rotate) return Result.fail("name-taken")
  const granted = scopes ?? before?.scopes
  if (granted === undefined) return Result.fail("no-scopes")
  const secret = ApiKey.generate()
  const key: ApiKey.ApiKey = {
    name,
    hash: ApiKey.hashOf(secret),
    scopes: granted,
    ...present({ sources: sources ?? before?.sources, maxTracked: maxTracked ?? before?.maxTracked }),
    createdAt,
    ...present({ expiresAt })
  }
  const changed = before === undefined ? [...keys, key] : keys.map((other) => (other === before ? key : other))
  return Result.succeed([changed, { key, secret }])
}

export const revoke = (
  keys: ReadonlyArray<ApiKey.ApiKey>,
  name: string
): Result.Result<ReadonlyArray<ApiKey.ApiKey>, Problem> =>
  keys.some((key) => key.name === name)
    ? Result.succeed(keys.filter((key) => key.name !== name))
    : Result.fail("no-such-key")
