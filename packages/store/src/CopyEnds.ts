/** The two ends of a copy: a store that no server has, and a database with nothing in it. */
import type { StoreError } from "@opwatch/tracker/StoreError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type { Scope } from "effect/Scope"
import * as SqlSchema from "effect/sql/SqlSchema"
import * as Fs from "node:fs"
import * as Alteration from "./Alteration.ts"
import * as Counters from "./Counters.ts"
import { Database, settings } from "./Database.ts"
import * as DatabaseFailure from "./DatabaseFailure.ts"
import * as DatabaseUrl from "./DatabaseUrl.ts"
import * as Migrations from "./Migrations.ts"
import * as Sessions from "./Sessions.ts"
import * as StoredTables from "./StoredTables.ts"

type Service = Database["Service"]

const open = (url: DatabaseUrl.DatabaseUrl): Effect.Effect<Service, StoreError, Scope> =>
  Effect.map(
    Layer.build(Layer.fresh(DatabaseUrl.layerOf(url, { applicationName: "opwatch store copy" }))),
    Context.get(Database)
  )

/** Makes no file: one that is not there is a mistake. */
export const openSource = (url: DatabaseUrl.DatabaseUrl): Effect.Effect<Service, StoreError, Scope> =>
  url._tag === "File" && !Fs.existsSync(url.path)
    ? Effect.fail(DatabaseFailure.fail(url.path, "unusable", "there is no such file"))
    : open(url)

/** Made if it is a file, and given its tables. */
export const openTarget = (url: DatabaseUrl.DatabaseUrl): Effect.Effect<Service, StoreError, Scope> =>
  Effect.tap(open(url), (target) => Migrations.run(target))

/** Begins a transaction at the source: all that it reads is of one moment, and it changes nothing. */
export const beginReading = Effect.fnUntraced(function* (source: Service) {
  const { place, run, sql } = source
  yield* sql.onDialectOrElse({
    pg: () =>
      run(
        Effect.all([
          sql`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY`,
          sql`SET LOCAL statement_timeout = 0`,
          sql`SET LOCAL idle_in_transaction_session_timeout = 0`
        ])
      ),
    orElse: () => Effect.void
  })
  yield* keepServersOut(source)
  const version = yield* run(versionOf(source))
  if (version !== Migrations.version) {
    const words = `it has schema ${version}; this version of opwatch copies schema ${Migrations.version}`
    const advice = version < Migrations.version ? ": start it as a server there once, and stop it again" : ""
    return yield* DatabaseFailure.fail(place, "unusable", `${words}${advice}`)
  }
})

/** Begins the transaction at the target. */
export const beginWriting = Effect.fnUntraced(function* (target: Service) {
  const { place, run, sql } = target
  yield* sql.onDialectOrElse({
    pg: () => run(Effect.andThen(settings(sql), sql`SET LOCAL idle_in_transaction_session_timeout = '1min'`)),
    orElse: () => Effect.void
  })
  yield* keepServersOut(target)
  yield* run(Counters.lock(sql))
  for (const { columns, key, name, rows = "counters" } of StoredTables.kept) {
    const [row] = yield* run(sql`SELECT ${sql.literal(columns)} FROM ${sql(name)} LIMIT 1`)
    if (row !== undefined && (key !== undefined || Object.values(row).some((count) => count !== 0))) {
      return yield* DatabaseFailure.fail(place, "unusable", `it is not empty: it has ${rows} already`)
    }
  }
})

/** One that is started before the end of the transaction waits for that. From a file its lock keeps them already. */
const keepServersOut = Effect.fnUntraced(function* ({ place, run, sql }: Service) {
  yield* sql.onDialectOrElse({ pg: () => run(Alteration.alone(sql)), orElse: () => Effect.void })
  const servers = yield* run(Sessions.others(sql, () => true))
  if (servers.length === 0) return
  const addresses = [...new Set(servers.map(({ address }) => address))]
  return yield* DatabaseFailure.fail(
    place,
    "unusable",
    `servers are connected to it, from ${addresses.join(", ")}: stop them first`
  )
})

const versionOf = ({ sql }: Service) =>
  Effect.map(
    SqlSchema.findAll({
      Request: Schema.Void,
      Result: Schema.Struct({ version: Schema.NullOr(Schema.Int) }),
      execute: () => sql`SELECT MAX(migration_id) AS version FROM opwatch_migration`
    })(undefined),
    ([row]) => row?.version ?? 0
  )
