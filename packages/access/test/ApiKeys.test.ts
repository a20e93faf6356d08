import { assert, describe, it } from "@effect/vitest"
import * as Timestamp from "@opwatch/core/Timestamp"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Fs from "node:fs"
import * as Path from "node:path"
import type { ApiKey } from "../src/ApiKey.ts"
import { ApiKeys } from "../src/ApiKeys.ts"
import * as KeyFileText from "../src/KeyFileText.ts"
import { folder, issue, until } from "./Samples.ts"

const start = Effect.fnUntraced(function* (...keys: ReadonlyArray<ApiKey>) {
  const path = Path.join(yield* folder, "keys.json")
  const write = (...keys: ReadonlyArray<ApiKey>) => {
    Fs.writeFileSync(`${path}.next`, KeyFileText.print(keys), { mode: 0o600 })
    Fs.renameSync(`${path}.next`, path)
  }
  write(...keys)
  const log: Array<string> = []
  const logger = Logger.layer([Logger.make(({ message }) => void log.push(String(message)))])
  const context = yield* Layer.build(Layer.provide(ApiKeys.layer(path), logger))
  const current = Option.getOrThrow(Context.get(context, ApiKeys))
  return { path, write, log, ...current, knows: (secret: Redacted.Redacted) => current.find(secret) !== undefined }
})

describe("ApiKeys", () => {
  it.live("finds a key by its text and no other", () =>
    Effect.gen(function* () {
      const [a, b] = [issue("a"), issue("b")]
      const { find } = yield* start(a.key, b.key)
      assert.deepStrictEqual([find(a.secret), find(b.secret)], [a.key, b.key])
      for (const text of ["", a.text.slice(0, -1), `${a.text}x`, a.text.toUpperCase(), a.key.hash, issue("c").text]) {
        assert.isUndefined(find(Redacted.make(text)), text)
      }
    })
  )

  it.live("takes up a file that was replaced, and one that was written in place", () =>
    Effect.gen(function* () {
      const [a, b, c] = [issue("a"), issue("b"), issue("c")]
      const { knows, path, write } = yield* start(a.key)
      write(b.key)
      yield* until(() => knows(b.secret))
      assert.isFalse(knows(a.secret))
      Fs.writeFileSync(path, KeyFileText.print([b.key, c.key]))
      yield* until(() => knows(c.secret))
    })
  )

  it.live(
    "keeps the keys it had while the file is wrong, writable for others or gone, says why, and goes on after it",
    () =>
      Effect.gen(function* () {
        const [a, b] = [issue("a"), issue("b")]
        const { knows, log, path, write } = yield* start(a.key)
        Fs.writeFileSync(path, `{"keys": [{"name": "${b.text}"`)
        yield* until(() =>
          log.some((line) => line.includes("the API keys stay as they were") && line.includes("not JSON"))
        )
        Fs.rmSync(path)
        yield* until(() => log.some((line) => line.includes("there is no such file any more")))
        write(b.key)
        Fs.chmodSync(path, 0o666)
        yield* until(() => log.some((line) => line.includes("others may write it")) || knows(b.secret))
        Fs.chmodSync(path, 0o600)
        yield* until(() => knows(b.secret))
        assert.isFalse(knows(a.secret))
        assert.notInclude(log.join("\n"), b.text)
      })
  )

  it.live("dismisses a key that is revoked, changed or expired, and no other", () =>
    Effect.gen(function* () {
      const [a, b, stays] = [issue("a"), issue("b"), issue("c")]
      const soon = issue("d", { expiresAt: Timestamp.fromMillis(Date.now() + 300) })
      const { dismissed, write } = yield* start(a.key, b.key, stays.key, soon.key)
      const [dismissedA, dismissedB, dismissedC, dismissedD] = yield* Effect.forEach([a, b, stays, soon], ({ key }) =>
        Effect.forkScoped(dismissed(key))
      )
      yield* Fiber.join(dismissedD ?? assert.fail())
      assert.isUndefined(dismissedA?.pollUnsafe())
      write({ ...b.key, scopes: ["read", "admin"] }, stays.key)
      yield* Fiber.join(dismissedA ?? assert.fail())
      yield* Fiber.join(dismissedB ?? assert.fail())
      assert.isUndefined(dismissedC?.pollUnsafe())
    })
  )

  it.live("does not start on a file that is wrong or missing", () =>
    Effect.gen(function* () {
      const path = Path.join(yield* folder, "keys.json")
      const begin = Effect.flip(Effect.scoped(Layer.build(ApiKeys.layer(path))))
      assert.include((yield* begin).message, "there is no such file")
      Fs.writeFileSync(path, "{}", { mode: 0o600 })
      assert.include((yield* begin).message, "keys is missing")
    })
  )
})
