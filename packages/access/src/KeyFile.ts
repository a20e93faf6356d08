/**
 * The key file on disk. It is read only if nobody but its owner and root may write it, for whoever writes it lets themselves in.
 * It is replaced as a whole, so that no reader ever sees half of it.
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schedule from "effect/Schedule"
import * as Fs from "node:fs/promises"
import * as Os from "node:os"
import * as Path from "node:path"
import type { ApiKey } from "./ApiKey.ts"
import { KeyFileError } from "./KeyFileError.ts"
import * as KeyFileText from "./KeyFileText.ts"

/** Far more than keys take: a larger file is another one. */
const largestBytes = 16 * 1024 * 1024

export const read = Effect.fn("KeyFile.read")(function* (path: string) {
  const text = yield* attempt(path, async () => {
    const file = await Fs.open(path, "r")
    try {
      const stats = await file.stat()
      const problem = !stats.isFile()
        ? "it is no file"
        : stats.size > largestBytes
          ? "it is too large for a key file"
          : writersOf(stats)
      return problem === undefined ? Result.succeed(await file.readFile("utf8")) : Result.fail(problem)
    } finally {
      await file.close()
    }
  })
  return yield* Effect.fromResult(
    Result.mapError(Result.flatMap(text, KeyFileText.parse), (problem) => new KeyFileError({ path, problem }))
  )
})

/** Tells one state of the file from another; undefined where there is none. */
export const signature = (path: string): Effect.Effect<string | undefined> =>
  Effect.promise(async () => {
    try {
      const { ctimeNs, gid, ino, mode, mtimeNs, size, uid } = await Fs.stat(path, { bigint: true })
      return [ino, size, mtimeNs, ctimeNs, mode, uid, gid].join(" ")
    } catch {
      return undefined
    }
  })

/** Makes the file where there is none. While it works no other `change` does: what both write is there in the end. */
export const change = <A, E>(
  path: string,
  f: (keys: ReadonlyArray<ApiKey>) => Effect.Effect<readonly [keys: ReadonlyArray<ApiKey>, result: A], E>
): Effect.Effect<A, E | KeyFileError> =>
  Effect.gen(function* () {
    yield* attempt(path, () => Fs.mkdir(Path.dirname(path), { recursive: true, mode: 0o700 }))
    const target = yield* attempt(path, () => followed(path))
    const next = `${target}.new`
    return yield* Effect.acquireUseRelease(
      lock(path, next),
      (file) =>
        Effect.gen(function* () {
          const keys = yield* Effect.catchIf(
            read(target),
            ({ missing }) => missing === true,
            () => Effect.succeed([])
          )
          const [changed, result] = yield* f(keys)
          yield* attempt(path, async () => {
            await file.writeFile(KeyFileText.print(changed))
            await file.sync()
            await Fs.rename(next, target)
          })
          return result
        }),
      (file) =>
        Effect.promise(async () => {
          const { ino } = await file.stat()
          await file.close()
          if ((await Fs.stat(next).catch(() => undefined))?.ino === ino) await Fs.rm(next)
        })
    )
  })

/** The new file is the lock as well: only one process can make it. */
const lock = (path: string, next: string) =>
  Effect.tryPromise({ try: () => Fs.open(next, "wx", 0o600), catch: (cause) => cause }).pipe(
    Effect.retry({
      schedule: Schedule.spaced("50 millis"),
      times: 60,
      while: (cause) => codeOf(cause) === "EEXIST"
    }),
    Effect.mapError((cause) =>
      codeOf(cause) === "EEXIST"
        ? new KeyFileError({
            path,
            problem: `it is being changed by another command; if there is none, remove ${next}`
          })
        : translate(path, cause)
    )
  )

const followed = (path: string): Promise<string> =>
  Fs.realpath(path).catch((cause: unknown) => (codeOf(cause) === "ENOENT" ? path : Promise.reject(cause)))

/** Why others may write it. Where the system has no such modes, nothing is known of it. */
const writersOf = ({ mode, uid }: { readonly mode: number; readonly uid: number }): string | undefined => {
  if (Os.platform() === "win32") return undefined
  if ((mode & 0o022) !== 0) return "others may write it, and so let themselves in: chmod 600 it"
  const own = Os.userInfo().uid
  return uid === own || uid === 0 ? undefined : "it belongs to another user, who could let themselves in with it"
}

const attempt = <A>(path: string, f: () => Promise<A>): Effect.Effect<A, KeyFileError> =>
  Effect.tryPromise({ try: f, catch: (cause) => translate(path, cause) })

const codeOf = (cause: unknown): string => (cause instanceof Error && "code" in cause ? String(cause.code) : "")

const translate = (path: string, cause: unknown): KeyFileError => {
  const code = codeOf(cause)
  const problem = problems[code] ?? `it cannot be used (${code === "" ? String(cause) : code})`
  return new KeyFileError({ path, problem, ...(code === "ENOENT" ? { missing: true } : {}) })
}

const problems: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "that is not allowed",
  EPERM: "that is not allowed",
  EISDIR: "it is no file",
  ENOTDIR: "there is no such folder",
  EROFS: "it may only be read there",
  ENOSPC: "there is no space left"
}
