/** The database on a Postgres server, shared by several processes. Connections are made when needed, again after an outage. */
import * as PgClient from "@effect/sql-pg/PgClient"
import * as PgConnection from "@effect/sql-pg/PgConnection"
import * as PgTypes from "@effect/sql-pg/PgTypes"
import type { StoreError } from "@opwatch/tracker/StoreError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Reactivity from "effect/reactivity/Reactivity"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schedule from "effect/Schedule"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Counters from "./Counters.ts"
import * as Database from "./Database.ts"
import * as DatabaseFailure from "./DatabaseFailure.ts"
import * as Migrations from "./Migrations.ts"
import * as Sessions from "./Sessions.ts"

/** A URL as of libpq: `postgres://user:password@host:port/database?sslmode=…`. */
export const layer = (
  url: Redacted.Redacted<URL>,
  applicationName: string = Sessions.nameOf(Migrations.version)
): Layer.Layer<Database.Database, StoreError> => {
  const place = placeOf(Redacted.value(url))
  const config = {
    url: Redacted.make(Redacted.value(url).href),
    applicationName,
    connectTimeout: "5 seconds",
    keepAlive: "10 seconds",
    types: types()
  } satisfies PgConnection.Config
  return Layer.effect(
    Database.Database,
    Effect.map(PgClient.make({ ...config, maxConnections: 8 }), (sql) =>
      Database.make(sql, place, Migrations.version, bell(config))
    ).pipe(Effect.catchTag("SqlError", DatabaseFailure.translate(place)), Effect.provide(Reactivity.layer))
  )
}

/** Whoever listens anew hears it once: what rang in between is lost. */
const bell = (config: PgConnection.Config): Stream.Stream<void> =>
  Effect.map(listen(config), (rings) => Stream.concat(Stream.succeed(undefined), Stream.fromQueue(rings))).pipe(
    Stream.unwrap,
    Stream.map(() => {}),
    Stream.retry(Schedule.spaced("250 millis")),
    Stream.orDie
  )

/** It ends with its connection: a farewell to a server that has stopped answering would be waited for. */
const listen = Effect.fnUntraced(function* (config: PgConnection.Config) {
  const connection = yield* PgConnection.make(config)
  return yield* Scope.provide(connection.listen(Counters.channel), yield* Scope.make())
})

/** Without user and password, which the query may hold as well. */
export const placeOf = ({ hostname, port, pathname }: URL): string =>
  `postgres://${hostname}${port === "" ? "" : `:${port}`}${pathname}`

/** With 64-bit integers as numbers: none of ours is past 2 to the 53rd. */
const types = (): PgTypes.Registry => {
  const registry = PgTypes.makeRegistry()
  registry.register(PgTypes.OID.int8, {
    encode: (value: number | bigint) => PgTypes.encode(value, PgTypes.OID.int8),
    decode: (bytes) => Result.map(PgTypes.decode(bytes, PgTypes.OID.int8, 1), Number)
  })
  return registry
}
