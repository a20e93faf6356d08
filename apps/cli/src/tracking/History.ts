/** What happened to operations that a server keeps watch over, change by change; a history of any length takes no memory. */
import type { Change } from "@opwatch/core/Change"
import * as Reference from "@opwatch/core/Reference"
import { largestPage } from "@opwatch/remote/RemoteTracking"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Answer from "../Answer.ts"
import * as Asked from "../Asked.ts"
import type { ExitCode } from "../ExitCode.ts"
import * as Failure from "../failure/Failure.ts"
import * as ListWriter from "../ListWriter.ts"
import * as OperationText from "../text/OperationText.ts"
import * as Output from "../Output.ts"
import { StandardStreams } from "../StandardStreams.ts"
import type { Terminal } from "../terminal/Terminal.ts"
import { escape } from "../terminal/TerminalText.ts"
import * as TrackingServer from "./TrackingServer.ts"

/** As programs are shown it. */
export interface Shown extends Change {
  readonly ref: string
}

/** One reference after the other, the oldest change first. */
export const tell = Effect.fnUntraced(function* (input: Asked.Input) {
  const format = yield* Asked.formatOf(input)
  const tracking = yield* TrackingServer.open(input, "opwatch get --history")
  const references = yield* TrackingServer.references(tracking, input)
  const several = Asked.isSeveral(input)
  const streams = yield* StandardStreams
  const list = yield* ListWriter.make(format, lineOf)
  const codes: Array<ExitCode> = []
  for (const reference of references) {
    const ref = Reference.format(reference)
    if (format === "text" && references.length > 1) yield* streams.write(`${ref}\n`)
    const changes = TrackingServer.paged(tracking, largestPage, (page) => tracking.historyPage(reference, page))
    const failure = yield* Stream.runForEach(changes, (change) => list.add({ ref, ...change })).pipe(
      Effect.as(undefined),
      Effect.catchTag("ProviderError", (error) => Effect.succeed(Failure.from(error)))
    )
    if (failure === undefined) continue
    codes.push(failure.exitCode)
    if (several && format !== "text") yield* list.addOther(Answer.failed(failure))
    else yield* streams.notify(Failure.render(failure, Output.isJson(format)))
  }
  yield* list.end(codes.length === 0 || several)
  yield* Answer.endWith(codes)
})

const lineOf = (change: Shown, terminal: Terminal): string => `${change.at.slice(0, 19)}Z  ${whatOf(change, terminal)}`

const whatOf = ({ operation, owner = "", type }: Shown, terminal: Terminal): string => {
  switch (type) {
    case "operation.overdue":
      return "overdue: its deadline passed\n"
    case "operation.cancelRequested":
      return `asked to cancel${owner === "" ? "" : `, with the key ${escape(owner)}`}\n`
    default:
      return OperationText.line(operation, terminal)
  }
}
