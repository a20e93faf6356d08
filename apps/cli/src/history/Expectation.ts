/** When operations are likely to end, for those who look once. */
import * as ExpectedEnd from "@opwatch/core/ExpectedEnd"
import type { Operation } from "@opwatch/core/Operation"
import * as Effect from "effect/Effect"
import type { Asked } from "../Asked.ts"
import * as SourcesPlace from "../SourcesPlace.ts"

/** Adds it to what goes on. Nothing is read before there is any, nor with a server, which says it itself. */
export const make = Effect.fnUntraced(function* (input: SourcesPlace.Flags, { targets }: Pick<Asked, "targets">) {
  if ((yield* SourcesPlace.of(input))._tag === "Server") return (operation: Operation) => Effect.succeed(operation)
  const load = Effect.flatMap(
    Effect.promise(() => import("./OwnHistory.ts")),
    (OwnHistory) => OwnHistory.load(targets.map(({ provider }) => provider))
  )
  const durations = yield* Effect.cached(load)
  return (operation: Operation) =>
    operation.done
      ? Effect.succeed(operation)
      : Effect.map(durations, (known) => ExpectedEnd.withExpectedEnd(operation, known))
})
