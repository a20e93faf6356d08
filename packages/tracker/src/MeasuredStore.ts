/** A store whose every answer is timed, and whose errors the health tells of until it answers without. */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Monitor } from "./Health.ts"
import type { Store } from "./Store.ts"
import type { StoreError } from "./StoreError.ts"
import type { TrackerMetrics } from "./TrackerMetrics.ts"

export const make = (
  store: Store["Service"],
  { timed }: Pick<TrackerMetrics, "timed">,
  { storeAnswered }: Pick<Monitor, "storeAnswered">
): Store["Service"] => {
  const measured = <A>(method: keyof Store["Service"], answer: Effect.Effect<A, StoreError>) => {
    const request = writes.has(method) ? "write" : "read"
    return timed(method)(answer).pipe(
      Effect.tapError((error) => storeAnswered(request, error)),
      Effect.tap(() => storeAnswered(request, undefined))
    )
  }

  return {
    track: (requests) => measured("track", store.track(requests)),
    untrack: (owner, reference) => measured("untrack", store.untrack(owner, reference)),
    claim: (partitions) => measured("claim", store.claim(partitions)),
    observe: (observations) => measured("observe", store.observe(observations)),
    passDeadlines: (references, at) => measured("passDeadlines", store.passDeadlines(references, at)),
    noteCancel: (owner, reference, at) => measured("noteCancel", store.noteCancel(owner, reference, at)),
    get: (reference) => measured("get", store.get(reference)),
    tracked: (owner, reference) => measured("tracked", store.tracked(owner, reference)),
    list: (query) => measured("list", store.list(query)),
    summary: (owner, labels) => measured("summary", store.summary(owner, labels)),
    unfinished: (partition) => Stream.tapError(store.unfinished(partition), (error) => storeAnswered("read", error)),
    touched: (options) => measured("touched", store.touched(options)),
    lastTouch: measured("lastTouch", store.lastTouch),
    bell: store.bell,
    changes: (options) => measured("changes", store.changes(options)),
    lastSequence: measured("lastSequence", store.lastSequence),
    trackings: (refs) => measured("trackings", store.trackings(refs)),
    history: (reference, options) => measured("history", store.history(reference, options)),
    durations: measured("durations", store.durations),
    learn: (lifetimes) => measured("learn", store.learn(lifetimes)),
    prune: (retention, at) => measured("prune", store.prune(retention, at))
  }
}

const writes: ReadonlySet<keyof Store["Service"]> = new Set([
  "track",
  "untrack",
  "claim",
  "observe",
  "passDeadlines",
  "noteCancel",
  "learn",
  "prune"
])
