/**
 * The cluster's own connections to Postgres: a runner says that it lives, and holds its locks, however busy the connections of
 * the store are.
 */
import * as PgClient from "@effect/sql-pg/PgClient"
import type * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"

/** One holds the locks, one is for all else, and one is to spare while a broken one is given up. */
const maxConnections = 3

/** Connects when needed. The cluster keeps times without a zone, which must mean the same to all runners, and never repeat. */
export const layer = (url: Redacted.Redacted<URL>): Layer.Layer<SqlClient, SqlError> =>
  PgClient.layer({
    url: Redacted.make(Redacted.value(url).href),
    applicationName: "opwatch cluster",
    connectTimeout: "5 seconds",
    keepAlive: "10 seconds",
    maxConnections,
    startupParameters: { timezone: "UTC" }
  })
