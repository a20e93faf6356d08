/** A provider whose operations and logs a test sets, and which counts what it is asked. */
import * as Diagnosis from "@opwatch/core/Diagnosis"
import type { ListQuery } from "@opwatch/core/ListQuery"
import type { LogStep } from "@opwatch/core/LogStep"
import type { Operation, ProviderName } from "@opwatch/core/Operation"
import type { OperationState } from "@opwatch/core/OperationState"
import { isFinal } from "@opwatch/core/OperationState"
import { withPolls } from "@opwatch/core/Provider"
import type { Reason } from "@opwatch/core/ProviderError"
import { OperationNotFound, ProviderError, Reason as ReasonSchema, Unsupported } from "@opwatch/core/ProviderError"
import * as Reference from "@opwatch/core/Reference"
import * as Timestamp from "@opwatch/core/Timestamp"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"

const isReason = Schema.is(ReasonSchema)

export const make = (name: ProviderName) => {
  const source = Reference.SourceName.make(name)
  const answers = new Map<string, Partial<Operation> | Reason | Error>()
  const logs = new Map<string, ReadonlyArray<Omit<LogStep, "ref" | "index" | "raw">>>()
  const counts = { polls: 0, cancels: 0, logs: 0, interrupted: 0, listed: 0 }
  const queries: Array<ListQuery> = []
  let list: Stream.Stream<Partial<Operation>, Reason> = Stream.empty

  let held: Effect.Effect<void> = Effect.void

  const failure = (id: Reference.OperationId | undefined, reason: Reason) =>
    new ProviderError({
      source,
      ...(id === undefined ? {} : { id }),
      reason,
      code: reason._tag.toUpperCase(),
      message: `${name} says no to ${id ?? "the list"}`,
      hint: "ask again",
      requestId: "req-1"
    })

  const operation = Effect.fnUntraced(function* (id: Reference.OperationId, fields: Partial<Operation>) {
    const state: OperationState = fields.state ?? "running"
    const observedAt = Timestamp.fromMillis(yield* Clock.currentTimeMillis)
    const ref = `${source}/${id}`
    return { ref, source, provider: name, id, observedAt, ...fields, state, done: isFinal(state) } satisfies Operation
  })

  const answer = Effect.fnUntraced(function* (id: Reference.OperationId) {
    const found = answers.get(id) ?? new OperationNotFound()
    if (isReason(found)) return yield* failure(id, found)
    if (found instanceof Error) return yield* Effect.die(found)
    return yield* operation(id, found)
  })

  const provider = withPolls({
    source,
    name,
    urls: ["http://127.0.0.1:4010"],
    capabilities: { cancel: name === "cloud", list: true, log: name === "toloka" },
    get: (id) =>
      Effect.suspend(() => {
        counts.polls += 1
        return Effect.andThen(held, answer(id))
      }).pipe(Effect.onInterrupt(() => Effect.sync(() => void (counts.interrupted += 1)))),
    cancel: (id) =>
      Effect.suspend(() => {
        counts.cancels += 1
        return name === "cloud" ? answer(id) : Effect.fail(failure(id, new Unsupported()))
      }),
    log: (id) =>
      Stream.suspend(() => {
        counts.logs += 1
        const log = logs.get(id)
        const steps = log?.map((step, index): LogStep => ({ ref: `${source}/${id}`, index, raw: {}, ...step }))
        return steps === undefined ? Stream.fail(failure(id, new Unsupported())) : Stream.fromIterable(steps)
      }),
    list: (query) =>
      Stream.suspend(() => {
        queries.push(query)
        return list.pipe(
          Stream.mapEffect((fields) => {
            counts.listed += 1
            const id = Reference.OperationId.make(`listed-${counts.listed}`)
            return operation(id, fields)
          }),
          Stream.mapError((reason) => failure(undefined, reason))
        )
      }),
    diagnose: (operation) =>
      operation.state === "failed"
        ? { ...Diagnosis.empty, next: [{ text: "Ask for more quota." }], supportIds: ["trace-1"] }
        : Diagnosis.empty
  })

  return {
    source,
    provider,
    counts,
    /** What each list was asked for. */
    queries,
    /** What is listed from now on. */
    setList: (found: Stream.Stream<Partial<Operation>, Reason>) => void (list = found),
    /** What is found from now on; an `Error` is a defect of the adapter. */
    set: (id: string, found: Partial<Operation> | Reason | Error) => void answers.set(id, found),
    /** Answers no poll any more. */
    hold: () => void (held = Effect.never),
    setLog: (id: string, steps: ReadonlyArray<Omit<LogStep, "ref" | "index" | "raw">>) => void logs.set(id, steps)
  }
}
