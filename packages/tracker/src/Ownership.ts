/** Which partitions this process polls. They come and go while it runs; nobody else polls those that it has. */
import * as Context from "effect/Context"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as Partition from "./Partition.ts"

export class Ownership extends Context.Service<
  Ownership,
  {
    /**
     * Whether others may own what is not owned here, or believe that they still do. Each partition is claimed in the store
     * then, which refuses what they observe.
     */
    readonly isShared: boolean
    /** What is owned now, then what is owned after each change; it does not end. */
    readonly partitions: Stream.Stream<ReadonlySet<number>>
    /** To be called for each that is not owned any more: nobody else owns it before that, but for a second at most. */
    readonly release: (partition: number) => void
  }
>()("@opwatch/tracker/Ownership") {
  /** One process that has them all. If there are two by mistake, both poll all. */
  static readonly all: Layer.Layer<Ownership> = Layer.sync(Ownership, () => ({
    isShared: false,
    release: () => {},
    partitions: Stream.concat(Stream.succeed(new Set(Array.from({ length: Partition.count }).keys())), Stream.never)
  }))
}
