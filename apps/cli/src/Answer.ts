/** What each operation that was asked for gave, a value or a failure, and how that is printed. */
import type { ProviderError } from "@opwatch/core/ProviderError"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { Asked, Target } from "./Asked.ts"
import { ExitCode, ofAll } from "./ExitCode.ts"
import * as Failure from "./Failure.ts"
import * as Output from "./Output.ts"
import * as Request from "./Request.ts"
import { StandardStreams } from "./StandardStreams.ts"

/** By reference in its short form. */
export type Answers<A> = ReadonlyMap<string, Result.Result<A, Failure.Failure>>

/** Asks for each operation once. */
export const collect = Effect.fnUntraced(function* <A, R>(
  { targets }: Pick<Asked, "targets">,
  ask: (target: Target) => Effect.Effect<A, ProviderError, R>
) {
  const answers = yield* Effect.forEach(
    targets,
    (target) =>
      Effect.map(Effect.result(ask(target)), (result) => [target.ref, Result.mapError(result, Failure.from)] as const),
    { concurrency: Request.concurrency }
  )
  return new Map(answers) satisfies Answers<A>
})

/**
 * Prints in the order asked. Among several, one that could not be read stands as `{ref, error}` where scripts read; people,
 * and everybody who asked for one only, are told on standard error.
 */
export const print = Effect.fnUntraced(function* <A>(
  { format, refs, several }: Pick<Asked, "format" | "refs" | "several">,
  answers: Answers<A>,
  text: (values: ReadonlyArray<A>) => string
) {
  const streams = yield* StandardStreams
  const items = refs.flatMap((ref) => {
    const answer = answers.get(ref)
    return answer === undefined ? [] : [answer]
  })
  const values = items.filter(Result.isSuccess).map(({ success }) => success)
  const failures = items.filter(Result.isFailure).map(({ failure }) => failure)
  if (format === "text") {
    if (values.length > 0) yield* streams.write(text(values))
    for (const failure of new Set(failures)) yield* streams.notify(Failure.render(failure, false))
  } else if (several) {
    const list = items.map((item) => (Result.isSuccess(item) ? item.success : failed(item.failure)))
    yield* streams.write(
      format === "ndjson"
        ? list.map(Output.ndjson).join("")
        : format === "json"
          ? Output.json(list)
          : yield* Output.yaml(list)
    )
  } else {
    for (const value of values) {
      yield* streams.write(
        format === "ndjson" ? Output.ndjson(value) : format === "json" ? Output.json(value) : yield* Output.yaml(value)
      )
    }
    for (const failure of failures) yield* streams.notify(Failure.render(failure, Output.isJson(format)))
  }
})

/** An operation that could not be read, as it stands among others. */
export const failed = (failure: Failure.Failure) => {
  const { ref, ...error } = Failure.toJson(failure)
  return { ref, error }
}

/** Ends well unless something could not be read. */
export const finish = <A>(answers: Answers<A>) => endWith(codesOf(answers))

/** The exit codes of those that failed. */
export const codesOf = <A>(answers: Answers<A>): ReadonlyArray<ExitCode> =>
  [...answers.values()].filter(Result.isFailure).map(({ failure }) => failure.exitCode)

/** Ends with the most telling of these exit codes. */
export const endWith = (codes: Iterable<ExitCode>): Effect.Effect<void, Failure.Ended> => {
  const exitCode = ofAll(codes)
  return exitCode === ExitCode.success ? Effect.void : Effect.fail(new Failure.Ended({ exitCode }))
}
