/** Providers of whose polls there is one at a time for each operation, shared by all who ask meanwhile. */
import type { Provider } from "@opwatch/core/Provider"
import type { OperationId, SourceName } from "@opwatch/core/Reference"
import type { Sources } from "@opwatch/core/Sources"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"

/** A poll goes on as long as one of those who share it is left. */
export const make = (
  sources: Sources["Service"],
  pollOf: (provider: Provider) => Provider["poll"]
): Map<SourceName, Provider> => {
  const sharing = new Map<SourceName, Provider>()
  for (const [name, provider] of sources) {
    const poll = shared(pollOf(provider))
    sharing.set(name, { ...provider, poll, get: (id) => Effect.map(poll(id), ({ operation }) => operation) })
  }
  return sharing
}

interface Shared<A, E> {
  /** Undefined from its end on: the map may keep this object longer than it has it. */
  fiber: Fiber.Fiber<A, E> | undefined
  sharers: number
}

const shared = <A, E>(ask: (id: OperationId) => Effect.Effect<A, E>) => {
  const underWay = new Map<OperationId, Shared<A, E>>()

  const end = (id: OperationId, poll: Shared<A, E>) => {
    poll.fiber = undefined
    if (underWay.get(id) === poll) underWay.delete(id)
  }

  const begin = (id: OperationId) =>
    Effect.map(Effect.forkDetach(ask(id), { startImmediately: true }), (fiber) => {
      const poll: Shared<A, E> = { fiber, sharers: 0 }
      underWay.set(id, poll)
      fiber.addObserver(() => end(id, poll))
      return [poll, fiber] as const
    })

  const joined = (id: OperationId) => {
    const poll = underWay.get(id)
    return poll?.fiber === undefined ? begin(id) : Effect.succeed([poll, poll.fiber] as const)
  }

  /** Nobody new comes to a poll that is interrupted. */
  const leave = (id: OperationId, poll: Shared<A, E>, fiber: Fiber.Fiber<A, E>) =>
    Effect.suspend(() => {
      poll.sharers -= 1
      if (poll.sharers > 0 || poll.fiber === undefined) return Effect.void
      end(id, poll)
      return Fiber.interrupt(fiber)
    })

  return (id: OperationId): Effect.Effect<A, E> =>
    Effect.uninterruptibleMask((restore) =>
      Effect.flatMap(joined(id), ([poll, fiber]) => {
        poll.sharers += 1
        return Effect.onInterrupt(restore(Fiber.join(fiber)), () => leave(id, poll, fiber))
      })
    )
}
