/** A provider whose answers a test scripts, one a poll and the last one for ever, and which counts what it is asked. */
import type { LogStep } from "@opwatch/core/LogStep"
import type { Operation } from "@opwatch/core/Operation"
import { isFinal } from "@opwatch/core/OperationState"
import * as ListQuery from "@opwatch/core/ListQuery"
import { withPolls } from "@opwatch/core/Provider"
import { OperationNotFound, ProviderError, type Reason, Unsupported } from "@opwatch/core/ProviderError"
import * as Reference from "@opwatch/core/Reference"
import * as Timestamp from "@opwatch/core/Timestamp"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"

type Fields = Partial<Omit<Operation, "ref" | "source" | "provider" | "id" | "done">>

/** Fields of an operation that is running unless they say otherwise, or an error. `hang` never answers. */
export type Answer = Fields | ProviderError | "hang"

type Step = Omit<LogStep, "ref" | "index" | "raw">

const hasReason = Schema.is(ProviderError)

export const refusal = (source: string, id: string, reason: Reason, rest: { requestId?: string; hint?: string } = {}) =>
  new ProviderError({
    source: Reference.SourceName.make(source),
    id: Reference.OperationId.make(id),
    reason,
    message: `${source} says ${reason._tag}`,
    ...rest
  })

export const make = (name: "toloka" | "cloud", url: string) => {
  const source = Reference.SourceName.make(name)
  const scripts = new Map<string, ReadonlyArray<Answer>>()
  const logs = new Map<string, ReadonlyArray<Step>>()
  const counts = { gets: 0, cancels: 0, logs: 0 }
  const polls = new Map<string, number>()
  const listed: Array<readonly [id: string, answer: Answer]> = []
  const queries: Array<ListQuery.ListQuery> = []

  const give = Effect.fnUntraced(function* (id: Reference.OperationId, answer: Answer) {
    if (answer === "hang") return yield* Effect.never
    if (hasReason(answer)) return yield* answer
    const observedAt = Timestamp.fromMillis(yield* Clock.currentTimeMillis)
    const state = answer.state ?? "running"
    const ref = `${source}/${id}`
    return { observedAt, ...answer, ref, source, provider: name, id, state, done: isFinal(state) } satisfies Operation
  })

  const provider = withPolls({
    source,
    name,
    urls: [url],
    capabilities: { cancel: name === "cloud", list: true, log: name === "toloka" },
    get: (id) =>
      Effect.suspend(() => {
        counts.gets += 1
        const poll = polls.get(id) ?? 0
        polls.set(id, poll + 1)
        const script = scripts.get(id) ?? []
        return give(id, script[Math.min(poll, script.length - 1)] ?? refusal(name, id, new OperationNotFound()))
      }),
    cancel: (id) =>
      Effect.suspend(() => {
        counts.cancels += 1
        if (name === "toloka") return Effect.fail(refusal(name, id, new Unsupported()))
        scripts.set(id, [{ state: "cancelled" }])
        return give(id, { state: "running" })
      }),
    log: (id) =>
      Stream.suspend(() => {
        counts.logs += 1
        const steps = logs.get(id)
        return steps === undefined
          ? Stream.fail(refusal(name, id, new Unsupported()))
          : Stream.fromIterable(steps).pipe(
              Stream.zipWithIndex,
              Stream.map(([step, index]) => ({ ref: `${source}/${id}`, index, raw: {}, ...step }))
            )
      }),
    list: (query) =>
      Stream.suspend(() => {
        queries.push(query)
        return Stream.fromIterable(listed).pipe(
          Stream.mapEffect(([id, answer]) => give(Reference.OperationId.make(id), answer)),
          ListQuery.select(query)
        )
      }),
    diagnose: () => ({ causes: [], next: [], supportIds: [] })
  })

  return {
    provider,
    counts,
    /** What each list was asked for. */
    queries,
    /** What a list is, in its order; an error breaks it off there. */
    setList: (...answers: ReadonlyArray<readonly [id: string, answer: Answer]>) =>
      void listed.splice(0, listed.length, ...answers),
    /** What the polls of an operation are answered with. */
    script: (id: string, ...answers: ReadonlyArray<Answer>) => void scripts.set(id, answers),
    setLog: (id: string, steps: ReadonlyArray<Step>) => void logs.set(id, steps)
  }
}
