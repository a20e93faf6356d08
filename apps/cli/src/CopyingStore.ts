/** A copy of a store, as people and programs see it. */
import * as DatabaseUrl from "@opwatch/store/DatabaseUrl"
import * as StoreCopy from "@opwatch/store/StoreCopy"
import type { StoreError } from "@opwatch/tracker/StoreError"
import * as DurationText from "@opwatch/core/DurationText"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import { ExitCode } from "./ExitCode.ts"
import * as Failure from "./failure/Failure.ts"
import * as Output from "./Output.ts"
import * as CopyProgress from "./progress/CopyProgress.ts"
import * as Remark from "./Remark.ts"
import { StandardStreams } from "./StandardStreams.ts"
import * as Table from "./terminal/Table.ts"

export interface Options {
  readonly from: Redacted.Redacted
  readonly to: Redacted.Redacted
  readonly format: Output.Format
  readonly quiet: boolean
}

export const copy = Effect.fnUntraced(function* ({ format, from, quiet, to }: Options) {
  const [source, target] = [yield* parse("FROM", from), yield* parse("TO", to)]
  const copying = Effect.gen(function* () {
    const tell = yield* CopyProgress.make(quiet)
    return yield* StoreCopy.copy(source, target, tell)
  })
  const [took, copied] = yield* Effect.timed(Effect.scoped(copying)).pipe(
    Effect.catchTag("StoreError", (error) => Effect.fail(refused(error)))
  )
  const { output, write } = yield* StandardStreams
  if (format === "text") {
    const table = Table.make([{ title: "COPIED" }, { title: "ROWS" }], yield* output)
    yield* write(table.page(copied.tables.map(({ count, rows }) => [{ text: rows }, { text: `${count}` }])))
  } else {
    yield* Effect.flatMap(Output.whole(format, toJson(copied, took)), write)
  }
  yield* Remark.say(
    [
      `verified: ${copied.to} has what ${copied.from} has (${DurationText.format(took)})`,
      "start servers on one of them alone, and keep the other as a backup"
    ].join("\n")
  )
})

const parse = (name: string, url: Redacted.Redacted) =>
  Effect.mapError(Effect.fromResult(DatabaseUrl.parse(url)), () =>
    Failure.usage("InvalidValue", `${name} is not a database`, "it takes file:PATH or postgres://USER@HOST/DATABASE")
  )

const toJson = ({ from, tables, to }: StoreCopy.Copied, took: Duration.Duration) => ({
  from,
  to,
  verified: true,
  seconds: Duration.toSeconds(took),
  rows: Object.fromEntries(tables.map(({ count, rows }) => [rows, count]))
})

const refused = ({ message, reason }: StoreError): Failure.Failure =>
  reason === "unavailable"
    ? new Failure.Failure({ code: "StoreUnavailable", message, exitCode: ExitCode.unreachable })
    : Failure.usage("StoreUnusable", message)
