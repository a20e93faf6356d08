/** `opwatch store`: what a server keeps, moved to another database. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Asked from "../Asked.ts"
import * as Failure from "../failure/Failure.ts"
import { outputFlags } from "../flags/ReadingFlags.ts"
import { ProcessEnvironment } from "../ProcessEnvironment.ts"
import * as Remark from "../Remark.ts"

const { json, output, quiet } = outputFlags

const flags = {
  from: Argument.String("FROM").pipe(
    Argument.withDescription("Where the store is: file:PATH, postgres://…, or env:NAME for the variable that says so")
  ),
  to: Argument.String("TO").pipe(
    Argument.withDescription("Where it is copied to, an empty database or a new file, named in the same way")
  ),
  output,
  json,
  quiet
}

const copy = Command.make("copy", flags, (input) =>
  Effect.gen(function* () {
    const format = yield* Asked.formatOf(input)
    const from = yield* urlOf("FROM", input.from)
    const to = yield* urlOf("TO", input.to)
    const CopyingStore = yield* Effect.promise(() => import("../CopyingStore.ts"))
    yield* CopyingStore.copy({ from, to, format, quiet: input.quiet })
  }).pipe(Effect.scoped, Remark.silencedIf(input.quiet))
).pipe(
  Command.withDescription(
    "Copy all that a server keeps into another database, while no server has either of them: what is tracked, changes with the ids of their events, webhooks with their secrets, and what was learned of durations. What was written is read back and compared. Whatever goes wrong, FROM stays as it was and TO empty."
  ),
  Command.withShortDescription("Copy a store into another database"),
  Command.withExamples([
    {
      command: "opwatch store copy file:/var/lib/opwatch/opwatch.db env:OPWATCH_DATABASE_URL",
      description: "From a file into Postgres, with the password in a variable where nobody else can read it"
    },
    {
      command: "opwatch store copy postgres://opwatch@db.example/opwatch file:opwatch.db",
      description: "Back into a file"
    }
  ])
)

export const store = Command.make("store").pipe(
  Command.withDescription("Copy what a server keeps from one database to another, as from a file into Postgres."),
  Command.withShortDescription("Copy a store into another database"),
  Command.withExamples([
    { command: "opwatch store copy file:opwatch.db env:OPWATCH_DATABASE_URL", description: "From a file into Postgres" }
  ]),
  Command.withSubcommands([copy])
)

/** On the command line others can read it, so it may stand in a variable. */
const urlOf = Effect.fnUntraced(function* (name: string, given: string) {
  if (!given.startsWith("env:")) return Redacted.make(given, { label: "database URL" })
  const variable = given.slice("env:".length)
  const value = (yield* ProcessEnvironment)[variable] ?? ""
  if (value !== "") return Redacted.make(value, { label: "database URL" })
  return yield* Failure.usage("InvalidValue", `${name} is ${given}, and there is no variable ${variable}`)
})
