import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Census from "../src/Census.ts"
import * as Entry from "../src/Entry.ts"
import * as Kinds from "../src/Kinds.ts"
import { reference, source } from "./Samples.ts"

const kinds = Kinds.make()

const entry = (kind: string | undefined, age: number, part?: number): Entry.Entry => {
  const standing = { seen: true, born: -age, failures: 0, failingSince: 0 }
  const start = { reference: reference("a"), tracked: true, state: "running", digest: 0, due: 0 } as const
  const made = Entry.make({ ...start, standing, kind: kinds.of(source, kind) })
  if (part !== undefined) made.advance = { part, since: age, speed: part / age }
  return made
}

describe("a census", () => {
  it.effect("counts those together that have kind, age and progress in common", () =>
    Effect.gen(function* () {
      const census = yield* Census.take(
        [
          entry("upload", 62_000),
          entry("upload", 65_000),
          entry("upload", 124_000),
          entry("upload", 62_000, 0.52),
          entry("upload", 62_000, 0.58),
          entry("upload", 62_000, 0.31),
          entry(undefined, 62_000),
          entry(undefined, -5)
        ],
        0
      )
      const counts = (kind: string | undefined) =>
        Array.from(census.get(kinds.of(source, kind))?.values() ?? [], ({ age, count }) => [age, count])
      assert.deepStrictEqual(counts("upload"), [
        [62_000, 2],
        [124_000, 1],
        [62_000, 2],
        [62_000, 1]
      ])
      assert.deepStrictEqual(counts(undefined), [
        [62_000, 1],
        [1, 1]
      ])
    })
  )
})
