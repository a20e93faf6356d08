/** A wait from its start to its exit code: progress, the operations as they ended, and what goes on. */
import * as DurationText from "@opwatch/core/DurationText"
import type { Operation } from "@opwatch/core/Operation"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Answer from "../Answer.ts"
import type { Asked, Target } from "../Asked.ts"
import { ExitCode } from "../ExitCode.ts"
import * as Failure from "../failure/Failure.ts"
import * as GoesOn from "./GoesOn.ts"
import * as OperationTable from "../text/OperationTable.ts"
import * as OperationText from "../text/OperationText.ts"
import * as Output from "../Output.ts"
import * as Progress from "../progress/Progress.ts"
import * as Request from "../Request.ts"
import { type OutputUnwritable, StandardStreams } from "../StandardStreams.ts"
import { freshLine } from "../terminal/Terminal.ts"
import { escape } from "../terminal/TerminalText.ts"
import * as Waiting from "./Waiting.ts"

export interface Options extends Waiting.Options {
  /** When to ask the provider to cancel what is not done. */
  readonly cancelOn?: ReadonlyArray<"timeout" | "interrupt">
  /** Those that are not waited for, and what is printed of them. */
  readonly refused?: Answer.Answers<Operation>
  /** What to say on standard error of one that has ended, besides that it has. */
  readonly remark?: (operation: Operation) => string | undefined
  /** The flags that the command which resumes needs. */
  readonly resumeFlags: ReadonlyArray<string>
  /** Whether standard error gets nothing but errors and what goes on. */
  readonly quiet?: boolean
}

/** Ends with the exit code of the wait. Interrupted, it first says what goes on. */
export const waitFor = Effect.fnUntraced(function* (asked: Asked, options: Options) {
  const streams = yield* StandardStreams
  const { refused = new Map() } = options
  const targets = asked.targets.filter(({ ref }) => !refused.has(ref))
  const wait = Waiting.make(targets, options)
  const { decisive, hasTold } = yield* Effect.scoped(
    Effect.gen(function* () {
      const { format, several } = asked
      const written = format === "ndjson" ? "ends" : "nothing"
      const { quiet = false } = options
      const progress = yield* Progress.make({ targets, all: wait.all, format, several, quiet, written })
      const listener = written === "ends" ? alsoPrinting(streams, asked, progress) : progress
      return { decisive: yield* wait.run(listener), hasTold: progress.hasTold }
    })
  ).pipe(Effect.onInterrupt(() => leave(asked, wait.all(), options, "interrupt")))
  if (options.any === true && decisive?.outcome !== undefined) {
    const { outcome, target } = decisive
    yield* print({ ...asked, refs: hasTold(target) ? [] : [target.ref] }, [decisive])
    return yield* Answer.endWith([Waiting.codeOf(outcome, options.strict)])
  }
  const waitings = wait.all()
  const told = new Set(targets.filter(hasTold).map(({ ref }) => ref))
  yield* print({ ...asked, refs: asked.refs.filter((ref) => !told.has(ref)) }, waitings, refused)
  const outcomes = waitings.flatMap(({ outcome }) => (outcome === undefined ? [] : [outcome]))
  for (const outcome of outcomes) {
    const remark = outcome._tag === "Done" ? options.remark?.(outcome.operation) : undefined
    if (remark !== undefined) yield* streams.notify(`opwatch: ${remark}\n`)
  }
  if (outcomes.some(({ _tag }) => _tag === "TimedOut")) yield* leave(asked, waitings, options, "timeout")
  yield* Answer.endWith([
    ...outcomes.map((outcome) => Waiting.codeOf(outcome, options.strict)),
    ...Answer.codesOf(refused)
  ])
})

/** Prints each operation as it ends. */
const alsoPrinting = (
  streams: StandardStreams["Service"],
  asked: Asked,
  progress: Waiting.Listener
): Waiting.Listener<OutputUnwritable> => ({
  ...progress,
  onOutcome: (target, outcome) =>
    Effect.andThen(
      progress.onOutcome(target, outcome),
      outcome._tag === "TimedOut"
        ? Effect.void
        : printAll({ ...asked, refs: asked.refs.filter((ref) => ref === target.ref) }, [{ target, outcome }]).pipe(
            Effect.provideService(StandardStreams, streams)
          )
    )
})

/** Prints what has not been printed yet. */
const print = (asked: Asked, waitings: ReadonlyArray<Waiting.Waiting>, others?: Answer.Answers<Operation>) =>
  printAll(asked, asked.format === "ndjson" ? Waiting.unfinished(waitings) : waitings, others)

/** The verdict is in the exit code: it is told even with nobody left to read the rest. */
const printAll = Effect.fnUntraced(function* (
  asked: Asked,
  waitings: ReadonlyArray<Waiting.Waiting>,
  others: Answer.Answers<Operation> = new Map()
) {
  const answers = new Map([
    ...others,
    ...waitings.flatMap((waiting) => {
      const answer = Waiting.answerOf(waiting) ?? (asked.several ? Result.fail(neverRead(waiting.target)) : undefined)
      return answer === undefined ? [] : [[waiting.target.ref, answer] as const]
    })
  ])
  const text = asked.several ? OperationTable.render : OperationText.blocks
  yield* Effect.catchTag(Answer.print(asked, answers, text), "OutputClosed", () => Effect.void)
})

const neverRead = ({ ref }: Target): Failure.Failure =>
  new Failure.Failure({
    code: "NeverRead",
    message: "the wait ended before the provider answered",
    exitCode: ExitCode.timedOut,
    ref
  })

/** Says which operations are not done, after asking to cancel them where that is wanted. */
const leave = Effect.fnUntraced(function* (
  { format, several, targets }: Asked,
  waitings: ReadonlyArray<Waiting.Waiting>,
  { cancelOn = [], resumeFlags, timeout }: Options,
  occasion: "timeout" | "interrupt"
) {
  const streams = yield* StandardStreams
  const left = Waiting.unfinished(waitings).map(({ target }) => target)
  if (occasion === "interrupt") yield* streams.notify(freshLine(yield* streams.error))
  if (left.length === 0) return
  const why =
    occasion === "interrupt"
      ? "interrupted"
      : `time ran out${timeout === undefined ? "" : ` after ${DurationText.format(timeout)}`}`
  const cancels = cancelOn.includes(occasion)
  if (cancels) yield* Effect.forEach(left, askToCancel, { concurrency: Request.concurrency, discard: true })
  const failure = GoesOn.failure({
    code: occasion === "interrupt" ? "Interrupted" : "WaitTimedOut",
    why,
    refs: left.map(({ ref }) => ref),
    total: several ? targets.length : 1,
    goesOn: !cancels,
    resume: ["wait", ...resumeFlags]
  })
  yield* streams.notify(Failure.render(failure, Output.isJson(format)))
})

const askToCancel = Effect.fnUntraced(function* (target: Target) {
  const streams = yield* StandardStreams
  const answer = yield* Effect.result(Request.cancel(target))
  const text = Result.isSuccess(answer)
    ? `${target.ref}: asked to cancel; ${OperationText.standing(answer.success)} now\n`
    : `${target.ref}: not cancelled: ${escape(answer.failure.message)}\n`
  yield* streams.notify(text)
})
