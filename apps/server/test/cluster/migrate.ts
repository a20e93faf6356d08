/** A program of a later version as it starts: `node migrate.ts additive|breaking`, with the database in `OPWATCH_DATABASE_URL`. */
import { Database } from "@opwatch/store/Database"
import * as Migrations from "@opwatch/store/Migrations"
import * as PostgresDatabase from "@opwatch/store/PostgresDatabase"
import * as Sessions from "@opwatch/store/Sessions"
import * as LaterVersion from "@opwatch/store/test/LaterVersion"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"

const known = process.argv[2] === "breaking" ? LaterVersion.breaking : LaterVersion.additive
const url = Redacted.make(new URL(process.env["OPWATCH_DATABASE_URL"] ?? ""))

Layer.build(PostgresDatabase.layer(url, Sessions.nameOf(Migrations.versionOf(known)))).pipe(
  Effect.flatMap((context) => Migrations.run(Context.get(context, Database), known)),
  Effect.scoped,
  Effect.catchTag("StoreError", ({ message }) =>
    Effect.sync(() => {
      process.stderr.write(message)
      process.exitCode = 2
    })
  ),
  Effect.runFork
)
