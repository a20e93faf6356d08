/** What each operation that was asked for gave, a value or a failure, and how that is printed. */
import type { ProviderError } from "@opwatch/core/ProviderError"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import type { Asked, Target } from "./Asked.ts"
import { ExitCode, ofAll } from "./ExitCode.ts"
import * as Failure from "./failure/Failure.ts"
import * as ListWriter from "./ListWriter.ts"
import * as Output from "./Output.ts"
import * as Request from "./Request.ts"
import * as Signs from "./terminal/Signs.ts"
import { StandardStreams } from "./StandardStreams.ts"
import type { Terminal } from "./terminal/Terminal.ts"

export type Answer<A> = Result.Result<A, Failure.Failure>

/** By reference in its short form. */
export type Answers<A> = ReadonlyMap<string, Answer<A>>

/** What people are shown of the values, at `now` (milliseconds since 1970). */
export type Text<A> = (values: ReadonlyArray<A>, terminal: Terminal, now: number) => string

type Ask<A, R> = (target: Target) => Effect.Effect<A, ProviderError, R>

type Asking = Pick<Asked, "format" | "refs" | "several">

/**
 * Asks for each operation once, prints what that gave in the order asked, and ends well unless something could not be
 * read. Programs are given an answer as soon as all before it are there, and it is not kept.
 */
export const tell = Effect.fnUntraced(function* <A, R>(asked: Asked, ask: Ask<A, R>, text: Text<A>) {
  if (asked.format === "text") {
    const answers = yield* collect(asked, ask)
    yield* print(asked, answers, text)
    return yield* endWith(codesOf(answers))
  }
  const printer = yield* makePrinter({ ...asked, format: asked.format })
  const lastPosition = new Map(asked.refs.map((ref, position) => [ref, position]))
  const answers = new Map<string, Answer<A>>()
  const codes = new Set<ExitCode>()
  let position = 0
  const printNext = Effect.gen(function* () {
    for (; position < asked.refs.length; position += 1) {
      const ref = asked.refs[position] ?? ""
      const answer = answers.get(ref)
      if (answer === undefined) return
      yield* printer.add(answer)
      if (lastPosition.get(ref) === position) answers.delete(ref)
    }
  })
  yield* Stream.fromIterable(asked.targets).pipe(
    Stream.mapEffect((target) => answerOf(target, ask), { concurrency: Request.concurrency }),
    Stream.runForEach(([ref, answer]) => {
      answers.set(ref, answer)
      if (Result.isFailure(answer)) codes.add(answer.failure.exitCode)
      return printNext
    })
  )
  yield* printer.end
  yield* endWith(codes)
})

/** Asks for each operation once. */
export const collect = Effect.fnUntraced(function* <A, R>({ targets }: Pick<Asked, "targets">, ask: Ask<A, R>) {
  const answers = yield* Effect.forEach(targets, (target) => answerOf(target, ask), {
    concurrency: Request.concurrency
  })
  return new Map(answers) satisfies Answers<A>
})

const answerOf = <A, R>(target: Target, ask: Ask<A, R>) =>
  Effect.map(Effect.result(ask(target)), (result) => [target.ref, Result.mapError(result, Failure.from)] as const)

/** Prints in the order asked. What is not among the answers is passed over. */
export const print = Effect.fnUntraced(function* <A>(asked: Asking, answers: Answers<A>, text: Text<A>) {
  const { format, refs } = asked
  const items = refs.flatMap((ref) => answers.get(ref) ?? [])
  if (format === "text") return yield* printText(items, text)
  const printer = yield* makePrinter({ ...asked, format })
  for (const item of items) yield* printer.add(item)
  yield* printer.end
})

/** Prints answers as they come, each chunk before the next is asked for, and ends well unless one of them failed. */
export const printChunks = Effect.fnUntraced(function* <A, E, R>(
  { format, several }: Pick<Asked, "format" | "several">,
  chunks: Stream.Stream<ReadonlyArray<Answer<A>>, E, R>,
  text: Text<A>
) {
  const codes = new Set<ExitCode>()
  const printer = format === "text" ? undefined : yield* makePrinter({ format, several })
  yield* Stream.runForEach(chunks, (chunk) => {
    for (const answer of chunk) if (Result.isFailure(answer)) codes.add(answer.failure.exitCode)
    return printer === undefined ? printText(chunk, text) : Effect.forEach(chunk, printer.add, { discard: true })
  })
  if (printer !== undefined) yield* printer.end
  yield* endWith(codes)
})

/** People are told on standard error of what could not be read, each only once. */
const printText = Effect.fnUntraced(function* <A>(items: ReadonlyArray<Answer<A>>, text: Text<A>) {
  const streams = yield* StandardStreams
  const terminal = yield* streams.output
  const now = yield* Clock.currentTimeMillis
  const values = items.filter(Result.isSuccess).map(({ success }) => success)
  const failures = items.filter(Result.isFailure).map(({ failure }) => failure)
  if (values.length > 0) yield* streams.write(Signs.shown(terminal, text(values, terminal, now)))
  if (failures.length > 0) yield* streams.notify(Failure.renderAll(failures))
})

/**
 * Prints for programs. Among several, one that could not be read stands as `{ref, error}`; who asked for one only is told
 * on standard error.
 */
const makePrinter = Effect.fnUntraced(function* ({
  format,
  several
}: Pick<Asked, "several"> & { readonly format: Output.ProgramFormat }) {
  const streams = yield* StandardStreams
  const list = yield* ListWriter.forPrograms(format)
  const printOne = (answer: Answer<unknown>) =>
    Result.isSuccess(answer)
      ? Effect.flatMap(Output.whole(format, answer.success), streams.write)
      : streams.notify(Failure.render(answer.failure, Output.isJson(format)))
  return {
    add: (answer: Answer<unknown>) =>
      several ? list.add(Result.isSuccess(answer) ? answer.success : failed(answer.failure)) : printOne(answer),
    end: several ? list.end(true) : Effect.void
  }
})

/** An operation that could not be read, as it stands among others. */
export const failed = (failure: Failure.Failure) => {
  const { ref, ...error } = Failure.toJson(failure)
  return { ref, error }
}

/** The exit codes of those that failed. */
export const codesOf = <A>(answers: Answers<A>): ReadonlyArray<ExitCode> =>
  [...answers.values()].filter(Result.isFailure).map(({ failure }) => failure.exitCode)

/** Ends with the most telling of these exit codes. */
export const endWith = (codes: Iterable<ExitCode>): Effect.Effect<void, Failure.Ended> => {
  const exitCode = ofAll(codes)
  return exitCode === ExitCode.success ? Effect.void : Effect.fail(new Failure.Ended({ exitCode }))
}
