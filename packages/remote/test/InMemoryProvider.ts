/** A provider whose answers a test sets, and which counts what it is asked. */
import type { ListQuery } from "@opwatch/core/ListQuery"
import type { LogStep } from "@opwatch/core/LogStep"
import type { Operation, ProviderName } from "@opwatch/core/Operation"
import { isFinal } from "@opwatch/core/OperationState"
import { withPolls } from "@opwatch/core/Provider"
import { OperationNotFound, ProviderError, type Reason, Reason as ReasonSchema } from "@opwatch/core/ProviderError"
import { OperationId, SourceName } from "@opwatch/core/Reference"
import * as Timestamp from "@opwatch/core/Timestamp"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"

export type Found = Partial<Operation> | Reason

const isReason = Schema.is(ReasonSchema)

export const make = (name: ProviderName) => {
  const source = SourceName.make(name)
  const answers = new Map<string, Found>()
  const listed: Array<Found> = []
  const queries: Array<ListQuery> = []
  const counts = { polls: 0, cancels: 0, pages: 0 }
  let steps: ReadonlyArray<LogStep> | Reason = []

  const give = Effect.fnUntraced(function* (id: OperationId | undefined, found: Found) {
    if (isReason(found)) {
      return yield* new ProviderError({
        source,
        ...(id === undefined ? {} : { id }),
        reason: found,
        code: "CODE",
        message: `${name} says ${found._tag}`,
        hint: "ask again",
        requestId: "req-1",
        traceId: "trace-1"
      })
    }
    const itself = id ?? OperationId.make("listed")
    const state = found.state ?? "running"
    const observedAt = Timestamp.fromMillis(yield* Clock.currentTimeMillis)
    const ref = `${source}/${itself}`
    return { ref, source, provider: name, id: itself, observedAt, ...found, state, done: isFinal(state) }
  })

  const provider = withPolls({
    source,
    name,
    urls: [`https://${name}.test/v1`, `https://old.${name}.test`],
    capabilities: { cancel: name === "cloud", list: true, log: name === "toloka" },
    get: (id) =>
      Effect.suspend(() => {
        counts.polls += 1
        return give(id, answers.get(id) ?? new OperationNotFound())
      }),
    cancel: (id) =>
      Effect.suspend(() => {
        counts.cancels += 1
        return give(id, answers.get(id) ?? new OperationNotFound())
      }),
    log: (id) =>
      Stream.suspend(() => {
        counts.pages += 1
        return isReason(steps)
          ? Stream.fromEffect(Effect.flatMap(give(id, steps), Effect.die))
          : Stream.fromIterable(steps)
      }),
    list: (query) =>
      Stream.suspend(() => {
        queries.push(query)
        return Stream.mapEffect(Stream.fromIterable(listed), (found) => give(undefined, found))
      }),
    diagnose: () => ({ causes: [], next: [], supportIds: ["only the server's"] })
  })

  return {
    source,
    provider,
    counts,
    /** What each list was asked for. */
    queries,
    set: (id: string, found: Found) => void answers.set(id, found),
    setList: (...found: ReadonlyArray<Found>) => void listed.splice(0, listed.length, ...found),
    setLog: (found: ReadonlyArray<LogStep> | Reason) => void (steps = found)
  }
}
