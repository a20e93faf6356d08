/** Which partitions this process polls. They come and go while it runs; nobody else polls those that it has. */
import * as Context from "effect/Context"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as Partition from "./Partition.ts"

export class Ownership extends Context.Service<
  Ownership,
  {
    /** What is owned now, then what is owned after each change; it does not end. */
    readonly partitions: Stream.Stream<ReadonlySet<number>>
  }
>()("@opwatch/tracker/Ownership") {
  /** One process that has them all. */
  static readonly all: Layer.Layer<Ownership> = Layer.sync(Ownership, () => ({
    partitions: Stream.concat(Stream.succeed(new Set(Array.from({ length: Partition.count }).keys())), Stream.never)
  }))
}
