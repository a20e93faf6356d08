/** The `opwatch` command itself, for commands that show how others are used. */
import type * as Command from "effect/cli/Command"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { OpenSources } from "../OpenSources.ts"
import type { StandardStreams } from "../StandardStreams.ts"

/** What the whole command needs. */
export type Services = StandardStreams | OpenSources | Command.Environment

/** Runs a command line and gives its exit code. */
export class Self extends Context.Service<
  Self,
  (args: ReadonlyArray<string>) => Effect.Effect<number, never, Services>
>()("@opwatch/cli/Self") {}
