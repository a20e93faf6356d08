/** Writes a list while it grows, in any format; nothing of it is kept. What is written by several at a time stays whole. */
import * as Effect from "effect/Effect"
import * as Output from "./Output.ts"
import { StandardStreams } from "./StandardStreams.ts"

/** `text` is how one element looks to people, with its line break. */
export const make = Effect.fnUntraced(function* <A>(format: Output.Format, text: (value: A) => string) {
  const streams = yield* StandardStreams
  let length = 0
  const element = (value: unknown, format: Exclude<Output.Format, "text">) =>
    Effect.suspend(() => {
      length += 1
      return Effect.flatMap(Output.element(format, length - 1, value), streams.write)
    })
  return {
    /** Done once the element has been taken over. */
    add: (value: A) => (format === "text" ? streams.write(text(value)) : element(value, format)),
    /** An element of another kind, which only programs are shown. */
    addOther: (value: unknown) => (format === "text" ? Effect.void : element(value, format)),
    /** An empty list is written only where that is the answer, not where the answer is an error. */
    end: (isAnswer: boolean) =>
      Effect.suspend(() =>
        format === "text" || (length === 0 && !isAnswer) ? Effect.void : streams.write(Output.end(format, length))
      )
  }
})
