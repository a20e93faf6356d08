/** The environment variables that configuration and credentials are read from: those of the process, unless told otherwise. */
import * as Context from "effect/Context"

export const ProcessEnvironment = Context.Reference<Readonly<Record<string, string | undefined>>>(
  "@opwatch/cli/ProcessEnvironment",
  { defaultValue: () => process.env }
)
