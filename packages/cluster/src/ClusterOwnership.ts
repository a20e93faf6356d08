/** Whoever holds a shard of the cluster owns its partition: one shard a partition, and a singleton on it that tells. */
import { Ownership } from "@opwatch/tracker/Ownership"
import * as Partition from "@opwatch/tracker/Partition"
import * as EntityId from "effect/cluster/EntityId"
import { Sharding } from "effect/cluster/Sharding"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SubscriptionRef from "effect/SubscriptionRef"

/** How many shards there have to be, the same for all runners. */
export const shards = Partition.count

/** A partition that is lost is told of before its shard is released: nobody else has it yet. */
export const layer: Layer.Layer<Ownership, never, Sharding> = Layer.effect(
  Ownership,
  Effect.gen(function* () {
    const sharding = yield* Sharding
    const owned = yield* SubscriptionRef.make<ReadonlySet<number>>(new Set())
    for (let partition = 0; partition < Partition.count; partition++) {
      const own = Effect.acquireRelease(
        SubscriptionRef.update(owned, (partitions) => partitions.union(new Set([partition]))),
        () => SubscriptionRef.update(owned, (partitions) => partitions.difference(new Set([partition])))
      )
      yield* sharding.registerSingleton(nameOf(partition, sharding), own)
    }
    return { isShared: true, partitions: SubscriptionRef.changes(owned) }
  })
)

/** The first name that falls on the partition's shard, after 64 tries on average. */
const nameOf = (partition: number, sharding: Sharding["Service"]): string => {
  for (let attempt = 0; ; attempt++) {
    const name = `partition ${partition} (${attempt})`
    if (sharding.getShardId(EntityId.make(name), "default").id === partition + 1) return name
  }
}
