import { assert, describe, it } from "@effect/vitest"
import { Emulator } from "@opwatch/emulator/Emulator"
import * as Effect from "effect/Effect"
import { statSync } from "node:fs"
import { join } from "node:path"
import { configuration, folder, listening, run, until } from "./Process.ts"

const text = (url: string, init: RequestInit = {}) =>
  Effect.promise(() => fetch(url, init).then((answer) => answer.text()))

interface Told {
  readonly id: string
  readonly ref: string
  readonly state: string
}

/** Reads events until the connection ends. */
const reader = (url: string, told: Array<Told>) => {
  const after = told.at(-1)?.id
  void (async () => {
    const answer = await fetch(url, after === undefined ? {} : { headers: { "last-event-id": after } })
    let rest = ""
    for await (const chunk of (answer.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
      const blocks = (rest + chunk).split("\n\n")
      rest = blocks.pop() ?? ""
      for (const block of blocks) {
        const data = /^data: (.*)$/m.exec(block)?.[1]
        if (data === undefined) continue
        const { id, operation } = JSON.parse(data)
        told.push({ id, ref: operation.ref, state: operation.state })
      }
    }
  })().catch(() => undefined)
}

describe("A server that is killed", () => {
  it.live(
    "goes on where it was: nothing is forgotten, and whoever resumes is told every end once",
    () =>
      Effect.gen(function* () {
        const { url: emulator } = yield* Emulator
        const database = `file:${join(yield* folder, "state", "opwatch.db")}`
        const environment = { OPWATCH_CONFIG: yield* configuration(emulator), OPWATCH_DATABASE_URL: database }
        const ids = Array.from({ length: 40 }, (_, index) => `op-${index}`)
        const scripts = ids.map((id, index) => ({
          api: "cloud",
          id,
          steps: [{ after: `${1 + (index % 5)}s`, set: { done: true, response: {} } }]
        }))
        yield* text(`${emulator}/_emulator/operations`, { method: "POST", body: JSON.stringify(scripts) })

        const told: Array<Told> = []
        const first = yield* listening(environment)
        reader(`${first.url}/v1/events`, told)
        const operations = ids.map((id) => ({ ref: `cloud/${id}`, labels: { job: "a" } }))
        const answer = yield* text(`${first.url}/v1/operations/batch`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ operations })
        })
        assert.strictEqual(answer.match(/"status":201/g)?.length, ids.length, answer)
        assert.strictEqual(statSync(database.slice(5)).mode & 0o777, 0o600)
        yield* until(() => told.some(({ state }) => state === "succeeded"))
        first.child.kill("SIGKILL")
        yield* until(() => first.seen.code !== undefined)

        const second = yield* listening(environment)
        reader(`${second.url}/v1/events`, told)
        const summary = yield* text(`${second.url}/v1/summary?label=job=a&wait=30s`)
        assert.deepStrictEqual(JSON.parse(summary).succeeded, ids.length, summary + second.seen.error)
        const ends = () => told.filter(({ state }) => state === "succeeded").map(({ ref }) => ref)
        yield* until(() => ends().length >= ids.length)
        assert.sameMembers(
          ends(),
          ids.map((id) => `cloud/${id}`)
        )
        const numbers = told.map(({ id }) => Number(id))
        assert.isTrue(numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0)))
      }).pipe(Effect.scoped, Effect.provide(Emulator.layer())),
    60_000
  )
})

describe("A database", () => {
  it.live(
    "is for one server at a time: the second ends with code 2 and says who has it",
    () =>
      Effect.gen(function* () {
        const environment = { XDG_STATE_HOME: yield* folder, OPWATCH_PORT: "0" }
        const first = yield* listening(environment)
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
    30_000
  )

  for (const [url, named] of [
    ["mysql://root:secret@localhost/x", "write file:PATH or postgres://"],
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
      30_000
    )
  }
})
