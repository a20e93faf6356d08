/** A store whose every answer is timed, whose changes are counted, and whose errors the health tells of until it answers without. */
import type { Change } from "@opwatch/core/Change"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Monitor } from "./Health.ts"
import type { Store } from "./Store.ts"
import type { StoreError } from "./StoreError.ts"
import type { TrackerMetrics } from "./TrackerMetrics.ts"

export const make = (
  store: Store["Service"],
  { change, timed }: Pick<TrackerMetrics, "change" | "timed">,
  { storeAnswered }: Pick<Monitor, "storeAnswered">
): Store["Service"] => {
  const measured = <A>(method: keyof Store["Service"], answer: Effect.Effect<A, StoreError>) => {
    const request = writes.has(method) ? "write" : "read"
    return timed(method)(answer).pipe(
      Effect.tapError((error) => storeAnswered(request, error)),
      Effect.tap(() => storeAnswered(request, undefined))
    )
  }
  /** By whoever stored them, so that no two servers count the same one. */
  const counted = (changes: ReadonlyArray<Change>) =>
    Effect.sync(() => {
      for (const { type } of changes) change(type)
    })

  return {
    track: (requests) => measured("track", store.track(requests)),
    untrack: (owner, reference) => measured("untrack", store.untrack(owner, reference)),
    claim: (partitions) => measured("claim", store.claim(partitions)),
    tenures: measured("tenures", store.tenures),
    handOver: (handovers) => measured("handOver", store.handOver(handovers)),
    handedOver: (partition, tenure) => measured("handedOver", store.handedOver(partition, tenure)),
    observe: (observations) =>
      Effect.tap(measured("observe", store.observe(observations)), ({ changes }) => counted(changes)),
    passDeadlines: (references, at) =>
      Effect.tap(measured("passDeadlines", store.passDeadlines(references, at)), counted),
    noteCancel: (owner, reference, at) =>
      Effect.tap(measured("noteCancel", store.noteCancel(owner, reference, at)), counted),
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
    report: (address, report) => timed("report")(store.report(address, report)),
    withdraw: (address) => timed("withdraw")(store.withdraw(address)),
    runners: measured("runners", store.runners),
    prune: (retention, at) => measured("prune", store.prune(retention, at))
  }
}

const writes: ReadonlySet<keyof Store["Service"]> = new Set([
  "track",
  "untrack",
  "claim",
  "handOver",
  "observe",
  "passDeadlines",
  "noteCancel",
  "learn",
  "prune"
])
