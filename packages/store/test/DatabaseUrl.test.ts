import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Path from "node:path"
import { Database } from "../src/Database.ts"
import * as DatabaseUrl from "../src/DatabaseUrl.ts"
import * as TemporaryFolder from "./TemporaryFolder.ts"

const parse = (text: string) => DatabaseUrl.parse(Redacted.make(text))

const pathOf = (text: string) =>
  Result.match(parse(text), {
    onFailure: () => undefined,
    onSuccess: (url) => (url._tag === "File" ? url.path : undefined)
  })

describe("parse", () => {
  it("takes what follows `file:` as it is, and after `file://` as URLs write it", () => {
    assert.strictEqual(pathOf("file:opwatch.db"), "opwatch.db")
    assert.strictEqual(pathOf(" file:/var/lib/a folder/100%.db "), "/var/lib/a folder/100%.db")
    assert.strictEqual(pathOf("file:///var/lib/a%20folder/opwatch.db"), "/var/lib/a folder/opwatch.db")
  })

  it("takes the URLs of Postgres and shows nothing of them", () => {
    for (const text of ["postgres://me:secret@db.example:6432/ops?sslmode=require", "postgresql://me:secret@h/ops"]) {
      const url = Result.getOrThrow(parse(text))
      assert.strictEqual(url._tag, "Postgres")
      assert.strictEqual(url._tag === "Postgres" && Redacted.value(url.url).href, text)
      assert.notInclude(JSON.stringify(url), "secret")
    }
  })

  it("refuses anything else without repeating it", () => {
    const wrong = [
      "",
      "file:",
      "file://elsewhere/opwatch.db",
      "opwatch.db",
      "/var/lib/opwatch.db",
      "mysql://me:secret@host/ops",
      "postgres:secret",
      "postgres://me:secret@host:port/ops"
    ]
    for (const text of wrong) {
      const error = Result.getOrThrow(Result.flip(parse(text)))
      assert.deepStrictEqual(
        [error.reason, error.message],
        ["unusable", "the database URL: write file:PATH or postgres://USER@HOST:PORT/DATABASE"]
      )
    }
  })
})

describe("layer", () => {
  it.live("is the file of the URL, or else the one given", () =>
    Effect.gen(function* () {
      const folder = yield* TemporaryFolder.make
      const [given, named] = [Path.join(folder, "given.db"), Path.join(folder, "named.db")]
      const place = (url: Redacted.Redacted | undefined) =>
        Effect.map(
          Layer.build(Layer.fresh(DatabaseUrl.layer(url, { path: given }))),
          (context) => Context.get(context, Database).place
        )
      assert.strictEqual(yield* place(undefined), given)
      assert.strictEqual(yield* place(Redacted.make(`file:${named}`)), named)
      assert.strictEqual((yield* Effect.flip(place(Redacted.make("redis://host")))).reason, "unusable")
    })
  )
})
