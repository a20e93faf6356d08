/**
 * Operations in their provider's own words, by polls that are shared with everybody who asks for them in any way. What the
 * provider sent is nowhere stored, so it is kept here, and asked for once where an operation is known from the store alone.
 */
import { fromOperation } from "@opwatch/core/CompactOperation"
import { type Operation, substance } from "@opwatch/core/Operation"
import type { Provider } from "@opwatch/core/Provider"
import { MalformedAnswer, OperationNotFound, ProviderError } from "@opwatch/core/ProviderError"
import * as Reference from "@opwatch/core/Reference"
import * as Timestamp from "@opwatch/core/Timestamp"
import type { Tracker } from "@opwatch/tracker/Tracker"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as MirrorMemory from "./MirrorMemory.ts"

type Answered = MirrorMemory.Answered
type Failure = ProviderError | Reference.UnknownSource

export const make = (
  tracker: Pick<Tracker["Service"], "get">,
  memory: MirrorMemory.MirrorMemory = MirrorMemory.make()
) => {
  const keep = (operation: Operation): Answered | undefined => {
    if (operation.raw === undefined) return undefined
    const answered = { operation, text: JSON.stringify(operation.raw) }
    memory.put(answered)
    return answered
  }

  /** What is known now was sent before, if nothing in it is another. */
  const keptAs = (operation: Operation): Answered | undefined => {
    const answered = memory.get(operation.ref)
    if (answered === undefined || !isSame(answered.operation, operation)) return undefined
    const { observedAt } = operation
    const again = { ...answered, operation: { ...answered.operation, observedAt } }
    memory.put(again)
    return again
  }

  /** Lost is a word of opwatch's: the provider says that there is no such operation. */
  const worded = Effect.fnUntraced(function* (operation: Operation): Effect.fn.Return<Answered | undefined, Failure> {
    if (operation.state !== "lost") return keep(operation) ?? keptAs(operation)
    const { id, source } = operation
    const message = "the provider no longer finds this operation"
    return yield* new ProviderError({ source, id, reason: new OperationNotFound(), message })
  })

  const asked = Effect.fnUntraced(function* (
    provider: Provider,
    reference: Reference.Reference,
    maxAge: Duration.Duration
  ): Effect.fn.Return<Answered, Failure> {
    const known = yield* worded(yield* tracker.get(reference, { maxAge }))
    if (known !== undefined) return known
    const now = yield* worded(yield* tracker.get(reference, { maxAge: Duration.zero }))
    if (now !== undefined) return now
    // It contradicts the end that is stored, which stays; its own clients are told what the provider says.
    const operation = yield* provider.get(reference.id)
    return keep(operation) ?? (yield* nothingSent(operation))
  })

  return {
    /** No older than `maxAge`, unless it has ended and anything but an answer of now will do. */
    get: Effect.fn("Mirror.get")(function* (
      provider: Provider,
      reference: Reference.Reference,
      maxAge: Duration.Duration
    ) {
      const answered = memory.get(Reference.format(reference))
      if (answered !== undefined) {
        const isFresh = (yield* ageOf(answered)) < Duration.toMillis(maxAge)
        if (isFresh || (answered.operation.done && !Duration.isZero(maxAge))) return answered
      }
      return yield* asked(provider, reference, maxAge)
    }),
    /** What a provider has just answered. */
    keep
  }
}

export type MirroredOperations = ReturnType<typeof make>

export const ageOf = ({ operation }: Answered): Effect.Effect<number> =>
  Effect.map(Clock.currentTimeMillis, (now) => Math.max(0, now - Timestamp.toMillis(operation.observedAt)))

const nothingSent = ({ id, source }: Operation): ProviderError =>
  new ProviderError({ source, id, reason: new MalformedAnswer(), message: "it is not known what the provider sent" })

const isSame = (one: Operation, other: Operation): boolean =>
  Equal.equals(substance(fromOperation(one)), substance(fromOperation(other)))
