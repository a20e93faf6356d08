/** What the waits on this machine have taught of a source. */
import * as KindDurations from "@opwatch/core/KindDurations"
import * as PollPlan from "@opwatch/core/PollPlan"
import type { SourceName } from "@opwatch/core/Reference"
import { providerOf, type Sources } from "@opwatch/core/Sources"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { defaultMaxInterval } from "../waiting/Waiting.ts"
import * as HistoryFile from "./HistoryFile.ts"
import * as HistoryPlace from "./HistoryPlace.ts"
import * as HistoryText from "./HistoryText.ts"

/** What a wait makes of it that polls once a minute at least; the remark says where it is kept, or why it is not. */
export const show = Effect.fnUntraced(function* (
  sources: Sources["Service"],
  source: SourceName,
  price: Duration.Duration = PollPlan.defaultPrice
) {
  const provider = yield* providerOf(sources, { source })
  const place = yield* HistoryPlace.path
  if (Result.isFailure(place)) return { kinds: [], remark: `nothing is kept here: ${place.failure}` }
  const { kept, trouble } = yield* contentOf(place.success)
  const durations = HistoryText.durationsOf(kept, [provider])
  const longest = Duration.toMillis(defaultMaxInterval)
  const bounded: typeof durations = { ...durations, delay: (...of) => Math.min(longest, durations.delay(...of)) }
  const kinds = KindDurations.ofSource(bounded, source, Duration.toMillis(price))
  const hint = kinds.length === 0 ? "wait and watch learn it and keep it in" : "to begin anew, delete"
  return { kinds, remark: trouble ?? `${hint} ${place.success}` }
})

const contentOf = (path: string) =>
  Effect.match(HistoryFile.read(path), {
    onSuccess: (kept) => ({ kept, trouble: undefined }),
    onFailure: (error) => ({
      kept: [],
      trouble:
        error._tag === "HistoryDamaged"
          ? `${path} is damaged; the next wait begins it anew`
          : `${path} cannot be read (${error.reason._tag}), and nothing is added to it`
    })
  })
