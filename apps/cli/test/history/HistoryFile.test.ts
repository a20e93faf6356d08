import { assert, describe, it } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Reference from "@opwatch/core/Reference"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as HistoryFile from "../../src/history/HistoryFile.ts"
import { durationsOf } from "../../src/history/HistoryText.ts"

const source = Reference.SourceName.make("toloka")
const places = [{ source, urls: ["https://toloka.dev/api/v1"] }] as const
const lifetime = { source, kind: "POOL.OPEN", millis: 60_000, isOver: true }

const count = (path: string) =>
  Effect.map(HistoryFile.read(path), (kept) => durationsOf(kept, places).history({ source, kind: "POOL.OPEN" }).count)

const inFolder = <A, E>(
  body: (folder: string) => Effect.Effect<A, E, FileSystem.FileSystem | NodeServices.NodeServices>
) =>
  Effect.gen(function* () {
    const fileSystem = yield* FileSystem.FileSystem
    return yield* body(yield* fileSystem.makeTempDirectoryScoped())
  }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))

describe("HistoryFile", () => {
  it.effect("makes a folder and a file for the user alone, and leaves nothing else behind", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        const fileSystem = yield* FileSystem.FileSystem
        const path = `${folder}/state/opwatch/durations.json`
        assert.deepStrictEqual(yield* HistoryFile.read(path), [])
        yield* HistoryFile.add(path, [lifetime], places)
        yield* HistoryFile.add(path, [lifetime], places)
        assert.strictEqual(yield* count(path), 2)
        assert.strictEqual((yield* fileSystem.stat(path)).mode & 0o777, 0o600)
        assert.strictEqual((yield* fileSystem.stat(`${folder}/state/opwatch`)).mode & 0o777, 0o700)
        assert.deepStrictEqual(yield* fileSystem.readDirectory(`${folder}/state/opwatch`), ["durations.json"])
      })
    )
  )

  it.effect("is whole at any moment, however many write it at once", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        const path = `${folder}/durations.json`
        const write = Effect.andThen(HistoryFile.add(path, [lifetime], places), count(path))
        const counts = yield* Effect.all(
          Array.from({ length: 20 }, () => write),
          { concurrency: "unbounded" }
        )
        for (const count of counts) assert.isAtLeast(count, 1)
      })
    )
  )

  it.effect("begins a damaged file anew, and leaves alone what cannot be read or replaced", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        const fileSystem = yield* FileSystem.FileSystem
        const path = `${folder}/durations.json`
        yield* fileSystem.writeFileString(path, "{")
        assert.strictEqual((yield* Effect.flip(count(path)))._tag, "HistoryDamaged")
        yield* HistoryFile.add(path, [lifetime], places)
        assert.strictEqual(yield* count(path), 1)
        yield* Effect.flip(HistoryFile.add(folder, [lifetime], places))
        yield* Effect.flip(HistoryFile.add(`${path}/below/durations.json`, [lifetime], places))
        assert.deepStrictEqual(yield* fileSystem.readDirectory(folder), ["durations.json"])
      })
    )
  )
})
