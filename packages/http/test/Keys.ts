/** Keys in a file of their own, for servers of tests. */
import * as ApiKey from "@opwatch/access/ApiKey"
import { ApiKeys } from "@opwatch/access/ApiKeys"
import * as KeyFileText from "@opwatch/access/KeyFileText"
import * as Timestamp from "@opwatch/core/Timestamp"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"

export const issue = (name: string, fields: Partial<ApiKey.ApiKey> = {}) => {
  const secret = ApiKey.generate()
  const key: ApiKey.ApiKey = {
    name,
    hash: ApiKey.hashOf(secret),
    scopes: ["read"],
    createdAt: Timestamp.Timestamp.make("2026-01-02T03:04:05Z"),
    ...fields
  }
  const text = Redacted.value(secret)
  return { key, text, headers: { authorization: `Bearer ${text}` } }
}

/** A file with these keys, gone with the scope, and the layer that follows it. */
export const file = Effect.fnUntraced(function* (...keys: ReadonlyArray<ApiKey.ApiKey>) {
  const folder = yield* Effect.acquireRelease(
    Effect.sync(() => Fs.mkdtempSync(Path.join(Os.tmpdir(), "opwatch-keys-"))),
    (path) => Effect.sync(() => Fs.rmSync(path, { recursive: true, force: true }))
  )
  const path = Path.join(folder, "keys.json")
  const write = (...keys: ReadonlyArray<ApiKey.ApiKey>) => {
    Fs.writeFileSync(`${path}.next`, KeyFileText.print(keys), { mode: 0o600 })
    Fs.renameSync(`${path}.next`, path)
  }
  write(...keys)
  return { write, layer: ApiKeys.layer(path) }
})
