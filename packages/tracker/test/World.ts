/**
 * Operations that run by themselves, a provider that tells of them and fails as it is told to, and one process after
 * another that tracks them over the same store: what the laws of the tracker are tried on. What goes against a law in
 * between is kept in `broken`.
 */
import * as Diagnosis from "@opwatch/core/Diagnosis"
import type { Operation } from "@opwatch/core/Operation"
import type { OperationState } from "@opwatch/core/OperationState"
import { isFinal } from "@opwatch/core/OperationState"
import { withPolls } from "@opwatch/core/Provider"
import type { Reason } from "@opwatch/core/ProviderError"
import { OperationNotFound, ProviderError } from "@opwatch/core/ProviderError"
import type { OperationId } from "@opwatch/core/Reference"
import * as Clock from "effect/Clock"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { at } from "./Harness.ts"
import { reference, source } from "./Samples.ts"

export interface Script {
  readonly id: string
  /** Not found before, and ended after, in milliseconds from the start. */
  readonly created: number
  readonly ended: number
  readonly end: OperationState
}

export const make = Effect.fnUntraced(function* (scripts: ReadonlyArray<Script>) {
  const clock = yield* Clock.Clock
  const start = clock.currentTimeMillisUnsafe()
  const faults = new Map<string, Reason>()
  const interested = new Map<string, number>()
  const leftAt = new Map<string, number>()
  const broken: Array<string> = []
  let polls = 0

  const stateAt = ({ created, end, ended }: Script, time: number): OperationState => {
    if (time >= ended) return end
    return time < created + (ended - created) / 5 ? "pending" : "running"
  }

  const answer = Effect.fnUntraced(function* (id: OperationId) {
    const time = clock.currentTimeMillisUnsafe() - start
    const script = scripts.find((script) => script.id === id)
    const reason =
      faults.get(id) ?? (script === undefined || time < script.created ? new OperationNotFound() : undefined)
    if (script === undefined || reason !== undefined) {
      return yield* new ProviderError({ source, id, reason: reason ?? new OperationNotFound(), message: "no" })
    }
    const state = stateAt(script, time)
    const done = isFinal(state)
    const progress = done ? 100 : Math.floor((100 * (time - script.created)) / (script.ended - script.created) / 7) * 7
    const seen: Operation = {
      ...reference(id),
      ref: `cloud/${id}`,
      provider: "cloud",
      state,
      done,
      progress,
      observedAt: at(clock.currentTimeMillisUnsafe()),
      submittedAt: at(start + script.created)
    }
    return seen
  })

  /** Somebody wants it polled, or did a moment ago. */
  const isWanted = (id: string) =>
    (interested.get(id) ?? 0) > 0 || clock.currentTimeMillisUnsafe() - (leftAt.get(id) ?? -Infinity) <= linger

  /** The provider as one process sees it. */
  const provider = () => {
    const underWay = new Set<string>()
    const poll = (id: OperationId) =>
      Effect.suspend(() => {
        polls += 1
        if (underWay.has(id)) broken.push(`${id} is polled twice at a time`)
        if (!isWanted(id)) broken.push(`${id} is polled though nobody wants it`)
        underWay.add(id)
        return Effect.andThen(Effect.sleep((polls * 137) % 900), answer(id))
      }).pipe(Effect.ensuring(Effect.sync(() => underWay.delete(id))))
    return withPolls({
      source,
      name: "cloud",
      urls: ["http://127.0.0.1:4010"],
      capabilities: { cancel: true, list: true, log: false },
      get: poll,
      cancel: answer,
      log: () => Stream.empty,
      list: () => Stream.empty,
      diagnose: () => Diagnosis.empty
    })
  }

  return {
    broken,
    sources: () => new Map([[source, provider()]]),
    polls: () => polls,
    fail: (id: string, reason: Reason | undefined) =>
      void (reason === undefined ? faults.delete(id) : faults.set(id, reason)),
    wants: (id: string) => void interested.set(id, (interested.get(id) ?? 0) + 1),
    leaves: (id: string) => {
      interested.set(id, (interested.get(id) ?? 0) - 1)
      leftAt.set(id, clock.currentTimeMillisUnsafe())
    },
    pass: (duration: Duration.Input) => TestClock.adjust(duration)
  }
})

const linger = 5_001
