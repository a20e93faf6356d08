/** Servers at work, as processes, while a program of a later version changes the tables that they share. */
import { assert, layer } from "@effect/vitest"
import { Emulator } from "@opwatch/emulator/Emulator"
import * as Migrations from "@opwatch/store/Migrations"
import * as LaterVersion from "@opwatch/store/test/LaterVersion"
import { PostgresServer } from "@opwatch/store/test/PostgresServer"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import { spawn } from "node:child_process"
import { text } from "node:stream/consumers"
import { fileURLToPath } from "node:url"
import * as Scripts from "../crash/Scripts.ts"
import { until } from "../Process.ts"
import * as Providers from "../Providers.ts"
import { isCampaign } from "./Campaign.ts"
import * as Nodes from "./Nodes.ts"

const migrate = fileURLToPath(new URL("migrate.ts", import.meta.url))

/** What keeps a program of a later version from starting on the database. */
const start = (known: "additive" | "breaking", database: string) =>
  Effect.promise(() => {
    const env = { PATH: process.env["PATH"], OPWATCH_DATABASE_URL: database }
    return text(spawn(process.execPath, [migrate, known], { env, stdio: ["ignore", "ignore", "pipe"] }).stderr)
  })

const stop = Effect.fnUntraced(function* ({ child, seen }: Nodes.Node) {
  child.kill("SIGTERM")
  yield* until(() => seen.code !== undefined)
})

const both = Layer.merge(Emulator.layer({ builtin: false }), PostgresServer.layer)

layer(both, { excludeTestServices: true, timeout: "1 minute" })("Servers of an older version", (it) => {
  it.effect.runIf(isCampaign)(
    "work on and start again where a later one has added to the tables, and keep it from more",
    () =>
      Effect.gen(function* () {
        const nodes = yield* Nodes.make()
        const random = yield* Random.withSeed(Random.Random, "upgrade")
        const scripts = Scripts.make(60, { chance: () => random.nextDoubleUnsafe(), longest: 4_000, vanishing: 0 })
        const refs = scripts.map(({ ref }) => ref)
        const [first, second] = yield* Effect.all([nodes.start(), nodes.start()], { concurrency: 2 })
        yield* Providers.place(scripts.map(({ script }) => script))
        yield* Nodes.track(first.url, refs.slice(0, 30))
        for (const { url } of [first, second]) yield* Nodes.eventually(Nodes.polled(url), (count) => count > 0)

        assert.strictEqual(yield* start("additive", nodes.database), "")
        yield* Nodes.track(second.url, refs.slice(30, 50))
        yield* stop(second)
        const again = yield* nodes.start()
        yield* Nodes.track(again.url, refs.slice(50))
        const why = "cannot go on once this one has changed it: stop them first"
        assert.include(yield* start("breaking", nodes.database), `${why} (127.0.0.1 (schema ${Migrations.version}))`)

        const ends = Object.fromEntries(scripts.map(({ ref, state }) => [ref, state]))
        const isDone = (found: Readonly<Record<string, string>>) =>
          Object.entries(found).every(([ref, state]) => ends[ref] === state)
        for (const { url } of [first, again]) {
          assert.deepStrictEqual(yield* Nodes.eventually(Nodes.states(url), isDone), ends)
        }
        for (const node of [first, again]) yield* stop(node)
        for (const { seen } of [first, second, again]) assert.notMatch(seen.error, / error | postgres:/)

        assert.strictEqual(yield* start("breaking", nodes.database), "")
        const { seen } = yield* nodes.run()
        yield* until(() => seen.code !== undefined)
        const needs = `it needs schema ${LaterVersion.afterNext}; this one knows ${Migrations.version}`
        assert.strictEqual(seen.code, 2)
        assert.include(seen.error, `a later version of opwatch has changed it (${needs})`)
      }),
    120_000
  )
})
