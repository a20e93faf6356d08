/** Reads a document, JSON or YAML, that a flag names. */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Failure from "./failure/Failure.ts"

/** `decode` says what is wrong with the parsed value, one `path: problem` a line. */
export const readDocument = Effect.fnUntraced(function* <A>(
  flag: string,
  path: string,
  decode: (value: unknown) => Effect.Effect<A, { readonly message: string }>
) {
  const fail = (problem: string) => Failure.usage("InvalidDocument", `${flag} ${path}: ${problem}`)
  const text = yield* (yield* FileSystem.FileSystem)
    .readFileString(path)
    .pipe(
      Effect.mapError(({ reason }) =>
        fail(reason._tag === "NotFound" ? "there is no such file" : `it cannot be read (${reason._tag})`)
      )
    )
  const { parseDocument } = yield* Effect.promise(() => import("yaml"))
  const document = parseDocument(text)
  const [problem] = document.errors
  if (problem !== undefined) return yield* fail(problem.message.split("\n")[0] ?? problem.code)
  const value: unknown = document.toJS()
  return yield* Effect.mapError(decode(value), ({ message }) => fail(message.split("\n").join("; ")))
})
