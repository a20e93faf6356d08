/** A provider whose operations a test sets, and which counts what it is asked. */
import * as Diagnosis from "@opwatch/core/Diagnosis"
import type { Operation } from "@opwatch/core/Operation"
import type { OperationState } from "@opwatch/core/OperationState"
import { isFinal } from "@opwatch/core/OperationState"
import { withPolls } from "@opwatch/core/Provider"
import type { Reason } from "@opwatch/core/ProviderError"
import { OperationNotFound, ProviderError } from "@opwatch/core/ProviderError"
import * as Reference from "@opwatch/core/Reference"
import type { Sources } from "@opwatch/core/Sources"
import * as Timestamp from "@opwatch/core/Timestamp"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

export const source = Reference.SourceName.make("cloud")
export const reference = (id: string) => Reference.make(source, Reference.OperationId.make(id))

export const make = () => {
  const answers = new Map<string, Partial<Operation> | Reason>()
  const counts = { polls: 0, cancels: 0, interrupted: 0 }
  let hold: Effect.Effect<void> = Effect.void

  const answer = Effect.fnUntraced(function* (id: Reference.OperationId) {
    yield* hold
    const found = answers.get(id) ?? new OperationNotFound()
    if ("_tag" in found) return yield* new ProviderError({ source, id, reason: found, message: `cannot get ${id}` })
    const state: OperationState = found.state ?? "running"
    const observedAt = Timestamp.fromMillis(yield* Clock.currentTimeMillis)
    const ref = `${source}/${id}`
    return { ref, source, provider: "cloud", id, observedAt, ...found, state, done: isFinal(state) } satisfies Operation
  })

  const provider = withPolls({
    source,
    name: "cloud",
    urls: ["http://127.0.0.1:4010"],
    capabilities: { cancel: true, list: true, log: false },
    get: (id) =>
      Effect.suspend(() => {
        counts.polls += 1
        return answer(id)
      }).pipe(Effect.onInterrupt(() => Effect.sync(() => void (counts.interrupted += 1)))),
    cancel: (id) =>
      Effect.suspend(() => {
        counts.cancels += 1
        return answer(id)
      }),
    log: () => Stream.empty,
    list: () => Stream.empty,
    diagnose: () => Diagnosis.empty
  })
  const sources: Sources["Service"] = new Map([[source, provider]])

  return {
    provider,
    sources,
    counts,
    set: (id: string, found: Partial<Operation> | Reason) => void answers.set(id, found),
    forget: (id: string) => void answers.delete(id),
    /** Lets no request through before `until`. */
    holdUntil: (until: Effect.Effect<void>) => void (hold = until)
  }
}
