/** The operations of the tracker's benchmark: on a provider in memory, each changing now and then, by the clock alone. */
import * as Diagnosis from "@opwatch/core/Diagnosis"
import type { Operation } from "@opwatch/core/Operation"
import type { Provider } from "@opwatch/core/Provider"
import { withPolls } from "@opwatch/core/Provider"
import * as Reference from "@opwatch/core/Reference"
import * as Timestamp from "@opwatch/core/Timestamp"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

export interface World {
  readonly operations: number
  /** Polls a second that their plans want together: they are as old as that takes. */
  readonly polls: number
  /** Of all operations together, a second. */
  readonly changes: number
  /** When they were submitted, in milliseconds since 1970. */
  readonly submitted: number
  /** Polls a second that the source has room for; without it, for any. */
  readonly budget?: number
}

export const source = Reference.SourceName.make("cloud")

/** The plan's delay is a second and the square root of 8/3 of the age. */
export const submittedFor = (operations: number, polls: number, now: number): number =>
  now - (operations / polls - 1) ** 2 * (3 / 8) * 1_000

export const idOf = (index: number): Reference.OperationId =>
  Reference.OperationId.make(`fhm${String(index).padStart(17, "0")}`)

export const indexOf = (id: Reference.OperationId): number => Number(id.slice(3))

/** As a provider's answer would be decoded: nothing of it is shared with another. */
export const observed = (world: World, id: Reference.OperationId, now: number): Operation => {
  const submittedAt = Timestamp.fromMillis(world.submitted)
  const metadata = {
    "@type": "type.googleapis.com/yandex.cloud.compute.v1.CreateInstanceMetadata",
    instanceId: `i-${id}`
  }
  return {
    ref: `${source}/${id}`,
    source,
    provider: "cloud",
    id,
    kind: "yandex.cloud.compute.v1.CreateInstance",
    state: "running",
    done: false,
    counts: { succeeded: itemsAt(world, indexOf(id), now) },
    submittedAt,
    modifiedAt: submittedAt,
    observedAt: Timestamp.fromMillis(now),
    description: "Create instance",
    createdBy: "ajeabcdefghijklmnop",
    target: { type: "instance", id: `i-${id}` },
    metadata,
    raw: { id, done: false, description: "Create instance", createdAt: submittedAt, metadata }
  }
}

/** Each at a moment of its own, so that changes come evenly; the same in every process. It is no progress to plan by. */
const itemsAt = ({ changes, operations }: World, index: number, now: number): number =>
  Math.floor((now / 1_000) * (changes / operations) + index / operations) % 100

/** Answers after 20 milliseconds. */
export const provider = (world: World, onPoll: () => void): Provider =>
  withPolls({
    source,
    name: "cloud",
    urls: ["http://127.0.0.1:1"],
    capabilities: { cancel: false, list: false, log: false },
    ...(world.budget !== undefined && { pollsPerSecond: world.budget }),
    get: (id) =>
      Effect.suspend(() => {
        onPoll()
        return Effect.map(Effect.sleep(20), () => observed(world, id, Date.now()))
      }),
    cancel: () => Effect.die("not asked for here"),
    log: () => Stream.empty,
    list: () => Stream.empty,
    diagnose: () => Diagnosis.empty
  })
