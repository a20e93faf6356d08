/** Programs of two versions on one database: what each migration leaves to older programs, and this one to later migrations. */
import { assert, describe, it, layer } from "@effect/vitest"
import * as MemoryStore from "@opwatch/tracker/MemoryStore"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { SqlClient } from "effect/sql/SqlClient"
import { Database } from "../src/Database.ts"
import * as Migrations from "../src/Migrations.ts"
import * as LaterVersion from "./LaterVersion.ts"
import { Commands, compare } from "./StoreModel.ts"
import * as Stores from "./Stores.ts"
import * as TableShapes from "./TableShapes.ts"
import { webhookStoreContract } from "./WebhookStoreContract.ts"
import * as WebhookStores from "./WebhookStores.ts"

const opened = Effect.flatMap(Stores.sqliteDatabase, (database) =>
  Effect.map(Layer.build(Layer.fresh(database)), Context.get(Database))
)

/** What each of the migrations after this number takes from programs that do not know it. */
const brokenBy = Effect.fnUntraced(function* (migrations: Migrations.Known["migrations"], after: number) {
  const { run, sql } = yield* opened
  let before: TableShapes.TableShapes | undefined
  const found: Array<string> = []
  for (const [name, migration] of Object.entries(migrations)) {
    yield* run(Migrations.apply(sql, { migrations: { [name]: migration } }))
    const shapes = yield* run(TableShapes.read(sql))
    if (before !== undefined && Number.parseInt(name, 10) > after) found.push(...TableShapes.broken(before, shapes))
    before = shapes
  }
  return found
})

describe("migrations", () => {
  it.effect("that older programs are to live with only add, and nothing that has to be given", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* brokenBy(Migrations.migrations, Migrations.oldest), [])
      assert.deepStrictEqual(yield* brokenBy(LaterVersion.additive.migrations, Migrations.oldest), [])
    })
  )

  it.effect("that do more are seen to", () =>
    Effect.gen(function* () {
      const mend = Effect.gen(function* () {
        const sql = yield* SqlClient
        yield* sql`ALTER TABLE opwatch_change RENAME COLUMN at TO happened_at`
        yield* sql`CREATE UNIQUE INDEX opwatch_durations_kind ON opwatch_durations (kind)`
        yield* sql`DROP TABLE opwatch_label`
        yield* sql`CREATE TABLE opwatch_label (owner TEXT NOT NULL, name TEXT, value TEXT NOT NULL, number BIGINT NOT NULL, hue TEXT NOT NULL, PRIMARY KEY (number, name))`
      })
      const broken = yield* brokenBy(
        { ...Migrations.migrations, [`${LaterVersion.next}_mend`]: mend },
        Migrations.version
      )
      assert.deepStrictEqual(broken, [
        "opwatch_label.name has become TEXT 0 2",
        "opwatch_change.at is gone",
        "opwatch_change.happened_at has to be given",
        "opwatch_label.hue has to be given",
        "opwatch_durations has a new unique index opwatch_durations_kind"
      ])
    })
  )
})

describe("on a database of a later version", () => {
  const later = Effect.tap(Stores.sqliteDatabase, (database) =>
    Effect.scoped(
      Effect.flatMap(Layer.build(Layer.fresh(database)), (context) =>
        Migrations.run(Context.get(context, Database), LaterVersion.additive)
      )
    )
  )

  it.effect.prop(
    "a store answers any commands as the model does",
    [Commands],
    ([commands]) =>
      Effect.gen(function* () {
        yield* compare(yield* Effect.flatMap(later, Stores.on), yield* MemoryStore.make, commands)
      }).pipe(Effect.scoped),
    { arbitrary: { runs: 3 } }
  )

  layer(Layer.empty, { excludeTestServices: true })((it) =>
    webhookStoreContract(it, Effect.flatMap(later, WebhookStores.on))
  )
})
