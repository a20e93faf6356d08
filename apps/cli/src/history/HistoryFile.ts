/** The file with what a user's own waits have taught. It is replaced as a whole, so that no reader ever sees half of it. */
import type { Lifetime } from "@opwatch/core/Lifetime"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import { randomUUID } from "node:crypto"
import * as HistoryText from "./HistoryText.ts"

/** What is there is not what opwatch writes. */
export class HistoryDamaged extends Data.TaggedError("HistoryDamaged") {}

/** Nothing is kept where there is no file. */
export const read = Effect.fnUntraced(function* (path: string) {
  const fileSystem = yield* FileSystem.FileSystem
  const text = yield* Effect.catchIf(
    fileSystem.readFileString(path),
    ({ reason }) => reason._tag === "NotFound",
    () => Effect.succeed(undefined)
  )
  if (text === undefined) return []
  return yield* Effect.mapError(Effect.fromOption(HistoryText.decode(text)), () => new HistoryDamaged())
})

/**
 * Adds lifetimes to what the file has by then; of two that do so at the same moment one may be lost. A damaged file is begun
 * anew, one that cannot be read is left alone.
 */
export const add = Effect.fnUntraced(function* (
  path: string,
  lifetimes: ReadonlyArray<Lifetime>,
  places: HistoryText.Places
) {
  const fileSystem = yield* FileSystem.FileSystem
  const { dirname } = yield* Path.Path
  const kept = yield* Effect.catchTag(read(path), "HistoryDamaged", () => Effect.succeed([]))
  const next = `${path}.${randomUUID()}`
  yield* fileSystem.makeDirectory(dirname(path), { recursive: true, mode: 0o700 })
  yield* fileSystem
    .writeFileString(next, HistoryText.encode(HistoryText.learn(kept, lifetimes, places)), { flag: "wx", mode: 0o600 })
    .pipe(
      Effect.andThen(fileSystem.rename(next, path)),
      Effect.onError(() => Effect.ignore(fileSystem.remove(next, { force: true })))
    )
})
