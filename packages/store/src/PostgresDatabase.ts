/** The database on a Postgres server, shared by several processes. Connections are made when needed, again after an outage. */
import * as PgClient from "@effect/sql-pg/PgClient"
import * as PgTypes from "@effect/sql-pg/PgTypes"
import type { StoreError } from "@opwatch/tracker/StoreError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Reactivity from "effect/reactivity/Reactivity"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Database from "./Database.ts"
import * as DatabaseFailure from "./DatabaseFailure.ts"

/** A URL as of libpq: `postgres://user:password@host:port/database?sslmode=…`. */
export const layer = (url: Redacted.Redacted<URL>): Layer.Layer<Database.Database, StoreError> => {
  const place = placeOf(Redacted.value(url))
  return Layer.effect(
    Database.Database,
    Effect.map(
      PgClient.make({
        url: Redacted.make(Redacted.value(url).href),
        applicationName: "opwatch",
        connectTimeout: "5 seconds",
        keepAlive: "10 seconds",
        maxConnections: 8,
        types: types()
      }),
      (sql) => Database.make(sql, place)
    ).pipe(Effect.catchTag("SqlError", DatabaseFailure.translate(place)), Effect.provide(Reactivity.layer))
  )
}

/** Without user and password, which the query may hold as well. */
const placeOf = ({ hostname, port, pathname }: URL): string =>
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
