/** The text of a configuration file: YAML, and so JSON. What reads it is loaded here, for many have no such file. */
import * as Effect from "effect/Effect"

/** The document, or in words why it is none. */
export const parse = Effect.fnUntraced(function* (text: string): Effect.fn.Return<unknown, string> {
  const { parseDocument } = yield* Effect.promise(() => import("yaml"))
  const document = parseDocument(text)
  const [problem] = document.errors
  if (problem?.code === "MULTIPLE_DOCS") return yield* Effect.fail("it holds more than one document")
  if (problem !== undefined) {
    return yield* Effect.fail((problem.message.split("\n")[0] ?? problem.code).replace(/:$/, ""))
  }
  return yield* Effect.try({
    try: (): unknown => document.toJS() ?? {},
    catch: (cause) => (cause instanceof Error ? cause.message : "an alias in it cannot be followed")
  })
})
