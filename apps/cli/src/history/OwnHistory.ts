/**
 * What is known of how long operations take where no server knows it: learned from a user's own waits. No command fails because
 * of it: what cannot be read is not known, and what cannot be written is not kept.
 */
import * as Durations from "@opwatch/core/Durations"
import type { Lifetime } from "@opwatch/core/Lifetime"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { Asked } from "../Asked.ts"
import * as SourcesPlace from "../SourcesPlace.ts"
import * as HistoryFile from "./HistoryFile.ts"
import * as HistoryPlace from "./HistoryPlace.ts"
import * as HistoryText from "./HistoryText.ts"

export interface Input extends SourcesPlace.Flags {
  /** Whether nothing is to be read or kept. */
  readonly noHistory?: boolean
}

/** For a single look. */
export const load = Effect.fnUntraced(function* (places: HistoryText.Places) {
  const path = yield* HistoryPlace.path
  const kept = Result.isSuccess(path) ? yield* Effect.orElseSucceed(HistoryFile.read(path.success), () => []) : []
  return HistoryText.durationsOf(kept, places)
})

/**
 * For a wait: what it learns is kept when the scope closes, however that comes. Nothing with a server, which knows and learns by
 * itself.
 */
export const follow = Effect.fnUntraced(function* (input: Input, { targets }: Pick<Asked, "targets">) {
  if ((yield* SourcesPlace.of(input))._tag === "Server") return undefined
  const path = yield* HistoryPlace.path
  if (input.noHistory === true || Result.isFailure(path)) return Durations.make()
  const places = targets.map(({ provider }) => provider)
  const durations = yield* load(places)
  const lifetimes: Array<Lifetime> = []
  yield* Effect.addFinalizer(() =>
    lifetimes.length === 0 ? Effect.void : Effect.ignore(HistoryFile.add(path.success, lifetimes, places))
  )
  return {
    ...durations,
    learn: (lifetime, ref) => {
      lifetimes.push(lifetime)
      durations.learn(lifetime, ref)
    }
  } satisfies Durations.Durations
})
