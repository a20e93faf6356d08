/** Where the server keeps what it tracks: `OPWATCH_DATABASE_URL`, else a file in the folder for what programs keep of a user's. */
import * as Redacted from "effect/Redacted"
import { homedir } from "node:os"
import { join } from "node:path"

export interface DatabasePlace {
  /** `file:PATH` or `postgres://…`, which may hold a password; without it `file` counts. */
  readonly url: Redacted.Redacted | undefined
  readonly file: string
}

type Environment = Readonly<Record<string, string | undefined>>

/** `given` wins over the environment. An empty value counts as none. */
export const fromEnvironment = (environment: Environment, given?: string): DatabasePlace => {
  const url = given ?? (environment["OPWATCH_DATABASE_URL"] || undefined)
  const home = environment["HOME"] || homedir()
  const state = environment["XDG_STATE_HOME"] || join(home, ".local", "state")
  return {
    url: url === undefined ? undefined : Redacted.make(url, { label: "database URL" }),
    file: join(state, "opwatch", "opwatch.db")
  }
}
