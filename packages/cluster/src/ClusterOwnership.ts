/** Whoever holds a shard of the cluster owns its partition: one shard a partition, and a singleton on it that tells. */
import { Ownership } from "@opwatch/tracker/Ownership"
import * as Partition from "@opwatch/tracker/Partition"
import * as EntityId from "effect/cluster/EntityId"
import { Sharding } from "effect/cluster/Sharding"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"

/** How many shards there have to be, the same for all runners. */
export const shards = Partition.count

export interface ClusterOwnership<E> {
  /** Tells nothing until the cluster was joined, and that nothing is owned once it was left. */
  readonly ownership: Layer.Layer<Ownership>
  /** In the cluster for as long as it is there. It leaves as it is released: what it had others get at once. */
  readonly membership: Layer.Layer<never, E>
}

/** How long a shard is kept for whoever is to let go of its partition: less than the library waits for it in all. */
const patience = Duration.seconds(1)

/** A partition that is lost is told of, and let go of, before its shard is released: nobody else has it yet. */
export const make = Effect.fnUntraced(function* <E>(runners: Layer.Layer<Sharding, E>) {
  const owned = yield* SubscriptionRef.make<ReadonlySet<number>>(new Set())
  const joined = yield* Latch.make()
  const kept = new Map<number, Latch.Latch>()
  const partitions = Stream.unwrap(Effect.as(joined.await, SubscriptionRef.changes(owned)))
  const join = Effect.gen(function* () {
    const sharding = yield* Sharding
    /** Else one would wait for another when all are lost. */
    const together = yield* Scope.fork(yield* Effect.scope, "parallel")
    for (let partition = 0; partition < Partition.count; partition++) {
      const own = Effect.acquireRelease(
        SubscriptionRef.update(owned, (partitions) => partitions.union(new Set([partition]))),
        () =>
          Effect.gen(function* () {
            const released = yield* Latch.make()
            kept.set(partition, released)
            yield* SubscriptionRef.update(owned, (partitions) => partitions.difference(new Set([partition])))
            yield* Effect.timeoutOption(released.await, patience)
          })
      )
      yield* Scope.provide(sharding.registerSingleton(nameOf(partition, sharding), own), together)
    }
    yield* joined.open
  })
  return {
    ownership: Layer.succeed(Ownership, {
      isShared: true,
      partitions,
      release: (partition) => void kept.get(partition)?.openUnsafe()
    }),
    membership: Layer.provide(Layer.effectDiscard(join), runners)
  } satisfies ClusterOwnership<E>
})

/** The first name that falls on the partition's shard, after 64 tries on average. */
const nameOf = (partition: number, sharding: Sharding["Service"]): string => {
  for (let attempt = 0; ; attempt++) {
    const name = `partition ${partition} (${attempt})`
    if (sharding.getShardId(EntityId.make(name), "default").id === partition + 1) return name
  }
}
