/** Writes a list while it grows; nothing of it is kept. What is written by several at a time stays whole. */
import * as Effect from "effect/Effect"
import * as Output from "./Output.ts"
import * as Signs from "./terminal/Signs.ts"
import { StandardStreams, type WriteError } from "./StandardStreams.ts"
import type { Terminal } from "./terminal/Terminal.ts"

/** In any format. `text` is how one element looks to people, with its line break. */
export const make = Effect.fnUntraced(function* <A>(
  format: Output.Format,
  text: (value: A, terminal: Terminal) => string
): Effect.fn.Return<ListWriter<A>, never, StandardStreams> {
  if (format === "text") return yield* forPeople(text)
  const list = yield* forPrograms(format)
  return { ...list, addOther: list.add }
})

interface ListWriter<A> {
  /** Done once the element has been taken over. */
  readonly add: (value: A) => Effect.Effect<void, WriteError>
  /** An element of another kind, which only programs are shown. */
  readonly addOther: (value: unknown) => Effect.Effect<void, WriteError>
  /** An empty list is written only where that is the answer, not where the answer is an error. */
  readonly end: (isAnswer: boolean) => Effect.Effect<void, WriteError>
}

const forPeople = Effect.fnUntraced(function* <A>(text: (value: A, terminal: Terminal) => string) {
  const streams = yield* StandardStreams
  const write: ListWriter<A>["add"] = (value) =>
    Effect.flatMap(streams.output, (terminal) => streams.write(Signs.shown(terminal, text(value, terminal))))
  return { add: write, addOther: () => Effect.void, end: () => Effect.void } satisfies ListWriter<A>
})

export const forPrograms = Effect.fnUntraced(function* (format: Output.ProgramFormat) {
  const streams = yield* StandardStreams
  let length = 0
  return {
    add: (value: unknown) =>
      Effect.suspend(() => {
        length += 1
        return Effect.flatMap(Output.element(format, length - 1, value), streams.write)
      }),
    end: (isAnswer: boolean) =>
      Effect.suspend(() => (length === 0 && !isAnswer ? Effect.void : streams.write(Output.end(format, length))))
  }
})
