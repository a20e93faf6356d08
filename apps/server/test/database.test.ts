/** The database that the server keeps what it tracks in: whose it is, and what is said when there is none. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { statSync } from "node:fs"
import { join } from "node:path"
import { folder, listening, run, until } from "./Process.ts"

describe("A database", () => {
  it.live(
    "is for one server at a time: the second ends with code 2 and says who has it",
    () =>
      Effect.gen(function* () {
        const environment = { XDG_STATE_HOME: yield* folder, OPWATCH_PORT: "0" }
        const first = yield* listening(environment)
        assert.strictEqual(statSync(join(environment.XDG_STATE_HOME, "opwatch", "opwatch.db")).mode & 0o777, 0o600)
        const second = yield* run(environment)
        yield* until(() => second.seen.code !== undefined)
        assert.strictEqual(second.seen.code, 2)
        assert.match(second.seen.error, /^opwatch: [^\n]+\n$/)
        assert.include(second.seen.error, `in use by process ${first.child.pid}`)
        first.child.kill("SIGTERM")
        yield* until(() => first.seen.code !== undefined)
        assert.strictEqual(first.seen.code, 0)
        yield* listening(environment)
      }),
    60_000
  )

  for (const [url, named] of [
    ["file:/dev/null/no/such.db", "cannot be made"],
    ["postgres://user:secret@127.0.0.1:1/opwatch", "127.0.0.1:1/opwatch"]
  ] as const) {
    it.live(
      `that cannot be used ends the server with code 2 and one line: ${url.split(":")[0]}`,
      () =>
        Effect.gen(function* () {
          const { seen } = yield* run({ OPWATCH_PORT: "0", OPWATCH_DATABASE_URL: url })
          yield* until(() => seen.code !== undefined)
          assert.strictEqual(seen.code, 2, seen.error)
          assert.match(seen.error, /^opwatch: [^\n]+\n$/)
          assert.include(seen.error, named)
          assert.notInclude(seen.error, "secret")
        }),
      60_000
    )
  }
})
