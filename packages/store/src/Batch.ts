/** Statements over many rows, in parts that keep within what both databases take as parameters of one. */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"

/** At 20 columns a third of SQLite's 32,766. */
const largest = 500

export const forEach = <A, B, E, R>(
  items: ReadonlyArray<A>,
  run: (part: Arr.NonEmptyReadonlyArray<A>) => Effect.Effect<B, E, R>
): Effect.Effect<void, E, R> => Effect.forEach(Arr.chunksOf(items, largest), run, { discard: true })

export const flatMap = <A, B, E, R>(
  items: ReadonlyArray<A>,
  run: (part: Arr.NonEmptyReadonlyArray<A>) => Effect.Effect<ReadonlyArray<B>, E, R>
): Effect.Effect<ReadonlyArray<B>, E, R> => Effect.map(Effect.forEach(Arr.chunksOf(items, largest), run), Arr.flatten)
