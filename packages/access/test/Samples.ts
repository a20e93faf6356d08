/** Keys, and folders to keep their files in. */
import * as Timestamp from "@opwatch/core/Timestamp"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import * as ApiKey from "../src/ApiKey.ts"

export const issue = (name: string, fields: Partial<ApiKey.ApiKey> = {}) => {
  const secret = ApiKey.generate()
  const key: ApiKey.ApiKey = {
    name,
    hash: ApiKey.hashOf(secret),
    scopes: ["read"],
    createdAt: Timestamp.Timestamp.make("2026-01-02T03:04:05Z"),
    ...fields
  }
  return { secret, key, text: Redacted.value(secret) }
}

/** Gone with the scope. */
export const folder = Effect.acquireRelease(
  Effect.sync(() => Fs.mkdtempSync(Path.join(Os.tmpdir(), "opwatch-access-"))),
  (path) => Effect.sync(() => Fs.rmSync(path, { recursive: true, force: true }))
)

/** Polls a condition until it holds. */
export const until = (condition: () => boolean): Effect.Effect<void> =>
  Effect.sync(condition).pipe(
    Effect.flatMap((holds) => (holds ? Effect.void : Effect.fail("not yet" as const))),
    Effect.retry(Schedule.spaced("5 millis")),
    Effect.timeout("1 minute"),
    Effect.orDie
  )
