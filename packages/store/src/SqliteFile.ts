/**
 * The SQLite database in one file, which this process alone has while it is open. Folder and file are for their owner only
 * from the moment they are made. A file that another program made is left as it is.
 */
import * as Timestamp from "@opwatch/core/Timestamp"
import type { StoreError } from "@opwatch/tracker/StoreError"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import type { DatabaseSync } from "node:sqlite"
import * as DatabaseFailure from "./DatabaseFailure.ts"
import * as FileLock from "./FileLock.ts"
import * as NodeSqlite from "./NodeSqlite.ts"
import { attempt } from "./SqliteClient.ts"

export interface Opened {
  /** Absolute, links followed: the same for all who mean this file. */
  readonly path: string
  readonly database: DatabaseSync
}

/** How long another program's lock is waited for; nothing else happens in this process meanwhile. */
const patienceMillis = 100

/** "opwa" in ASCII: what `file` and SQLite tell the database's program by. */
const applicationId = 0x6f707761

/** `address` is where this process serves, for others to be told who has the file. */
export const open = Effect.fnUntraced(function* (
  file: string,
  address: string | undefined
): Effect.fn.Return<Opened, StoreError, Scope.Scope> {
  const { DatabaseSync } = NodeSqlite.load()
  const connect = (path: string) =>
    Effect.acquireRelease(
      attempt(() => new DatabaseSync(path, { timeout: patienceMillis })).pipe(
        Effect.catchTag("SqlError", DatabaseFailure.translate(path))
      ),
      (database) => Effect.sync(() => database.close())
    )

  const path = yield* made(Path.resolve(file))
  const database = yield* connect(path)
  const mayBeOurs = yield* attempt(() => isOurs(database) || isEmpty(database)).pipe(
    Effect.catchTag("SqlError", DatabaseFailure.translate(path))
  )
  if (!mayBeOurs) return yield* DatabaseFailure.fail(path, "unusable", "it is the database of another program")

  const now = yield* Clock.currentTimeMillis
  yield* FileLock.acquire(path, yield* connect(yield* made(`${path}-lock`)), {
    pid: process.pid,
    host: Os.hostname(),
    address: address ?? null,
    since: Timestamp.fromMillis(now)
  })
  yield* attempt(() => configure(database)).pipe(Effect.catchTag("SqlError", DatabaseFailure.translate(path)))
  return { path, database }
})

/** Absolute, and with links followed if it is there. */
export const placeOf = (file: string): string => (Fs.existsSync(file) ? Fs.realpathSync(file) : Path.resolve(file))

/** Makes the file unless it is there. It is never opened here: to close it would drop the locks this process has on it. */
const made = (path: string): Effect.Effect<string, StoreError> =>
  Effect.try({
    try: () => {
      Fs.mkdirSync(Path.dirname(path), { recursive: true, mode: 0o700 })
      create(path)
      return Fs.realpathSync(path)
    },
    catch: (cause) => {
      const isFull = ["ENOSPC", "EDQUOT"].includes(codeOf(cause))
      return DatabaseFailure.fail(path, isFull ? "full" : "unusable", `it cannot be made (${String(cause)})`)
    }
  })

const create = (path: string) => {
  try {
    Fs.closeSync(Fs.openSync(path, "wx", 0o600))
  } catch (cause) {
    if (codeOf(cause) !== "EEXIST") throw cause
  }
}

const codeOf = (cause: unknown): string => (cause instanceof Error && "code" in cause ? String(cause.code) : "")

const isOurs = (database: DatabaseSync): boolean =>
  Object.values(database.prepare("PRAGMA application_id").get() ?? {})[0] === applicationId

const isEmpty = (database: DatabaseSync): boolean => database.prepare("SELECT 1 FROM sqlite_schema").get() === undefined

/**
 * What is confirmed is on disk: each commit flushes the log. The program's number is written each time, to see that the file
 * may be written: SQLite opens one that may not without a word.
 */
const configure = (database: DatabaseSync) => {
  database.exec(`PRAGMA application_id = ${applicationId}`)
  database.exec("PRAGMA journal_mode = WAL")
  database.exec("PRAGMA synchronous = FULL")
  database.exec("PRAGMA foreign_keys = ON")
  database.exec("PRAGMA temp_store = MEMORY")
  database.exec("PRAGMA wal_autocheckpoint = 4000")
  database.exec("PRAGMA cache_size = -32000")
}
