/** The database in a file, for one process at a time. */
import type { StoreError } from "@opwatch/tracker/StoreError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Database from "./Database.ts"
import * as Migrations from "./Migrations.ts"
import * as SqliteClient from "./SqliteClient.ts"
import * as SqliteFile from "./SqliteFile.ts"

export interface Options {
  /** Made if it is not there, with its folder. */
  readonly path: string
  /** Where this process serves: what a second one that wants the file tells its user. */
  readonly address?: string | undefined
}

export const layer = ({ path, address }: Options): Layer.Layer<Database.Database, StoreError> =>
  Layer.effect(
    Database.Database,
    Effect.gen(function* () {
      const file = yield* SqliteFile.open(path, address)
      return Database.make(yield* SqliteClient.make(file.database), file.path, Migrations.version)
    })
  )
