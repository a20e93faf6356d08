/**
 * The store in memory: the model that the stores on SQL are held to, and what tests and benchmarks use. It forgets with the
 * process. Every method is one step, so all of it happens or none.
 */
import type { RunnerReport } from "@opwatch/core/Cluster"
import type { CompactOperation } from "@opwatch/core/CompactOperation"
import * as Durations from "@opwatch/core/Durations"
import type { Lifetime } from "@opwatch/core/Lifetime"
import * as Reference from "@opwatch/core/Reference"
import * as Timestamp from "@opwatch/core/Timestamp"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { Change } from "@opwatch/core/Change"
import * as Digest from "./Digest.ts"
import * as KeptDurations from "./KeptDurations.ts"
import * as Partition from "./Partition.ts"
import type { Retention } from "./Retention.ts"
import { forgottenAfterMillis } from "./Runner.ts"
import { Store } from "./Store.ts"
import type { Changes, Handover, Observation, Track, TrackedQuery, TrackResult, Unfinished } from "./Store.ts"
import type { Labels, Owner, TrackedOperation } from "@opwatch/core/Tracking"

interface Tracking {
  /** Counts trackings as they are made, for the order of lists. */
  readonly number: number
  readonly trackedAt: Timestamp.Timestamp
  labels: Labels
  deadline: Timestamp.Timestamp | undefined
  overdue: boolean
}

interface Stored {
  readonly reference: Reference.Reference
  readonly partition: number
  readonly trackings: Map<Owner, Tracking>
  operation: CompactOperation
  seen: boolean
  since: number
  /** When it was last tracked or changed: it goes by age from then. */
  touched: number
  touch: number
  sequence: number
  prunedThrough: number
}

export const make: Effect.Effect<Store["Service"]> = Effect.sync(() => {
  const operations = new Map<string, Stored>()
  const tenures = new Map<number, number>()
  const runners = new Map<string, { readonly report: RunnerReport; readonly seenAt: number }>()
  const handovers = new Map<number, Handover>()
  const durations = Durations.make()
  let changes: Array<Change> = []
  let lastSequence = 0
  let lastNumber = 0
  let lastTouch = 0
  let prunedThrough = 0

  const learn = (lifetimes: ReadonlyArray<Lifetime>): ReadonlyArray<KeptDurations.KeptDurations> => {
    const learned = KeptDurations.withLifetimes(durations, lifetimes)
    for (const { history, ...kind } of learned) durations.put(kind, history)
    return learned
  }

  const trackingsOf = (owner: Owner): Array<[Stored, Tracking]> =>
    [...operations.values()].flatMap((stored) => {
      const tracking = stored.trackings.get(owner)
      return tracking === undefined ? [] : [[stored, tracking]]
    })

  const countUnfinished = (owner: Owner): number =>
    trackingsOf(owner).filter(([{ operation }]) => !operation.done).length

  const commit = (stored: Stored, change: Omit<Change, "sequence" | "operation">): Change => {
    const made: Change = { sequence: ++lastSequence, operation: stored.operation, ...change }
    changes.push(made)
    stored.sequence = made.sequence
    stored.touched = Math.max(stored.touched, Timestamp.toMillis(made.at))
    return made
  }

  const keep = ({ reference, unseen, at }: Track): Stored => {
    const ref = Reference.format(reference)
    const stored: Stored = operations.get(ref) ?? {
      reference,
      partition: Partition.of(reference),
      trackings: new Map(),
      operation: unseen,
      seen: false,
      since: Timestamp.toMillis(unseen.submittedAt ?? at),
      touched: Timestamp.toMillis(at),
      touch: 0,
      sequence: 0,
      prunedThrough: 0
    }
    stored.touched = Math.max(stored.touched, Timestamp.toMillis(at))
    operations.set(ref, stored)
    return stored
  }

  const track = (request: Track, unfinished: Map<Owner, number>): TrackResult => {
    const { owner, labels, deadline, limit } = request
    const known = operations.get(Reference.format(request.reference))
    const replaced = known?.trackings.get(owner)
    const goesOn = !(known?.operation ?? request.unseen).done
    if (replaced === undefined && goesOn) {
      const count = unfinished.get(owner) ?? 0
      if (limit !== undefined && count >= limit) return { status: "overLimit" }
      unfinished.set(owner, count + 1)
    }
    const stored = keep(request)
    const tracking: Tracking = {
      number: replaced?.number ?? ++lastNumber,
      trackedAt: replaced?.trackedAt ?? request.at,
      labels,
      deadline,
      overdue: replaced !== undefined && replaced.overdue && replaced.deadline === deadline
    }
    stored.trackings.set(owner, tracking)
    return { status: replaced === undefined ? "created" : "replaced", tracked: trackedOperation(stored, tracking) }
  }

  const touch = (ref: string) => {
    const stored = operations.get(ref)
    if (stored !== undefined) stored.touch = ++lastTouch
  }

  const isFenced = ({ operation, tenure }: Observation): boolean => {
    const stored = operations.get(operation.ref)
    return stored !== undefined && tenure !== undefined && tenures.get(stored.partition) !== tenure
  }

  const observe = ({ type, operation }: Observation): ReadonlyArray<Change> => {
    const stored = operations.get(operation.ref)
    if (stored === undefined || (stored.operation.done && !operation.done)) return []
    stored.operation = operation
    stored.seen ||= type !== "operation.lost"
    if (operation.submittedAt !== undefined) stored.since = Timestamp.toMillis(operation.submittedAt)
    return [commit(stored, { type, at: operation.observedAt })]
  }

  const passDeadlines = (reference: Reference.Reference, at: Timestamp.Timestamp): ReadonlyArray<Change> => {
    const stored = operations.get(Reference.format(reference))
    if (stored === undefined || stored.operation.done) return []
    const passed = [...stored.trackings]
      .filter(([, { deadline, overdue }]) => deadline !== undefined && !overdue && isBy(deadline, at))
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
    return passed.map(([owner, tracking]) => {
      tracking.overdue = true
      return commit(stored, { type: "operation.overdue", at, owner })
    })
  }

  const after = (sequence: number): ReadonlyArray<Change> =>
    changes.slice(changes.findLastIndex((change) => change.sequence <= sequence) + 1)

  const history = (ref: string, sequence: number, limit: number): Changes => ({
    changes: after(sequence)
      .filter(({ operation }) => operation.ref === ref)
      .slice(0, limit),
    prunedThrough: operations.get(ref)?.prunedThrough ?? prunedThrough
  })

  /** Changes by age, then those too many, then operations by age; the latest change stays as long as its operation. */
  const prune = (
    { changesMillis, changesPerOperation, operationsMillis }: Retention,
    at: Timestamp.Timestamp
  ): number => {
    const horizon = Timestamp.toMillis(at) - changesMillis
    const before = operations.size + changes.length
    const drop = (isPast: (change: Change, stored: Stored) => boolean) => {
      changes = changes.filter((change) => {
        const stored = operations.get(change.operation.ref)
        if (stored !== undefined && !isPast(change, stored)) return true
        prunedThrough = Math.max(prunedThrough, change.sequence)
        if (stored !== undefined) stored.prunedThrough = Math.max(stored.prunedThrough, change.sequence)
        return false
      })
    }
    drop((change, { sequence }) => change.sequence !== sequence && Timestamp.toMillis(change.at) < horizon)

    const newest = new Map<string, number>()
    for (const { operation } of changes) newest.set(operation.ref, (newest.get(operation.ref) ?? 0) + 1)
    drop(({ sequence, operation: { ref } }, stored) => {
      const rank = newest.get(ref) ?? 0
      newest.set(ref, rank - 1)
      return sequence !== stored.sequence && rank > changesPerOperation
    })

    const ended = Math.min(horizon, Timestamp.toMillis(at) - operationsMillis)
    for (const [ref, stored] of operations) {
      if (stored.touched < ended && !isPolled(stored)) operations.delete(ref)
    }
    drop(() => false)
    return before - operations.size - changes.length
  }

  return Store.of({
    track: (requests) =>
      Effect.sync(() => {
        const limited = new Set(requests.flatMap(({ owner, limit }) => (limit === undefined ? [] : [owner])))
        const unfinished = new Map([...limited].map((owner) => [owner, countUnfinished(owner)]))
        const results = requests.map((request) => track(request, unfinished))
        for (const ref of new Set(results.map(({ tracked }) => tracked?.ref))) if (ref !== undefined) touch(ref)
        return results
      }),
    untrack: (owner, reference) =>
      Effect.sync(() => {
        const ref = Reference.format(reference)
        const trackings = operations.get(ref)?.trackings
        const removed = trackings?.delete(owner) ?? false
        if (removed) touch(ref)
        return { removed, orphaned: (trackings?.size ?? 0) === 0 }
      }),
    claim: (partitions) =>
      Effect.sync(() => {
        const claimed = Array.from(partitions, (part) => [part, (tenures.get(part) ?? 0) + 1] as const)
        for (const [part, tenure] of claimed) tenures.set(part, tenure)
        return new Map(claimed)
      }),
    tenures: Effect.sync(() => new Map(tenures)),
    handOver: (given) =>
      Effect.sync(() => {
        for (const handover of given) {
          if (tenures.get(handover.partition) === handover.tenure) handovers.set(handover.partition, handover)
        }
      }),
    handedOver: (partition, tenure) =>
      Effect.sync(() => {
        const left = handovers.get(partition)
        return left?.tenure === tenure - 1 ? left.due : new Map<string, number>()
      }),
    observe: (observations) =>
      Effect.sync(() => ({
        fenced: new Set(observations.filter(isFenced).map(({ operation }) => operation.ref)),
        changes: observations.filter((observation) => !isFenced(observation)).flatMap(observe)
      })),
    passDeadlines: (references, at) =>
      Effect.sync(() => references.flatMap((reference) => passDeadlines(reference, at))),
    noteCancel: (owner, reference, at) =>
      Effect.sync(() => {
        const stored = operations.get(Reference.format(reference))
        return stored === undefined ? [] : [commit(stored, { type: "operation.cancelRequested", at, owner })]
      }),

    get: (reference) =>
      Effect.sync(() =>
        Option.fromUndefinedOr(operations.get(Reference.format(reference))).pipe(
          Option.map(({ operation, seen, sequence }) => ({ operation, seen, sequence }))
        )
      ),
    tracked: (owner, reference) =>
      Effect.sync(() => {
        const stored = operations.get(Reference.format(reference))
        const tracking = stored?.trackings.get(owner)
        return stored === undefined || tracking === undefined
          ? Option.none()
          : Option.some(trackedOperation(stored, tracking))
      }),
    list: (query) =>
      Effect.sync(() => {
        const matching = trackingsOf(query.owner)
          .filter(([{ operation }, tracking]) => isAsked(query, operation, tracking))
          .toSorted(([, a], [, b]) => b.number - a.number)
        const page = matching.slice(0, query.limit)
        const items = page.map(([stored, tracking]) => trackedOperation(stored, tracking))
        const last = page.at(-1)
        return last === undefined || page.length === matching.length ? { items } : { items, next: `${last[1].number}` }
      }),
    summary: (owner, labels) =>
      Effect.sync(() => {
        const found = trackingsOf(owner).filter(([, tracking]) => hasLabels(tracking, labels))
        const count = (isCounted: (operation: CompactOperation) => boolean) =>
          found.filter(([{ operation }]) => isCounted(operation)).length
        return {
          total: found.length,
          done: count(({ done }) => done),
          succeeded: count(({ state }) => state === "succeeded"),
          failed: count(({ state }) => state === "failed"),
          partial: count(({ state, partial }) => state === "succeeded" && partial === true),
          cancelled: count(({ state }) => state === "cancelled"),
          lost: count(({ state }) => state === "lost")
        }
      }),
    unfinished: (partition) =>
      Stream.fromIterableEffect(
        Effect.sync(() =>
          [...operations.values()]
            .filter((stored) => stored.partition === partition && isPolled(stored))
            .map(unfinished)
        )
      ),

    touched: ({ after, limit }) =>
      Effect.sync(() =>
        [...operations.values()]
          .filter((stored) => stored.touch > after)
          .toSorted((a, b) => a.touch - b.touch)
          .slice(0, limit)
          .map((stored) => ({
            touch: stored.touch,
            reference: stored.reference,
            unfinished: isPolled(stored) ? unfinished(stored) : undefined
          }))
      ),
    lastTouch: Effect.sync(() => lastTouch),
    bell: Stream.never,
    changes: ({ after: sequence, limit }) =>
      Effect.sync(() => ({ changes: after(sequence).slice(0, limit), prunedThrough })),
    lastSequence: Effect.sync(() => lastSequence),
    trackings: (refs) =>
      Effect.sync(() =>
        [...new Set(refs)].flatMap((ref) =>
          [...(operations.get(ref)?.trackings ?? [])].map(([owner, { labels }]) => [owner, ref, labels] as const)
        )
      ),
    history: (reference, { after: sequence, limit }) =>
      Effect.sync(() => history(Reference.format(reference), sequence, limit)),
    durations: Effect.sync(() => KeptDurations.of(durations)),
    learn: (lifetimes) => Effect.sync(() => learn(lifetimes)),
    report: (address, report) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        runners.set(address, { report, seenAt: now })
        for (const [other, { seenAt }] of runners) if (now - seenAt > forgottenAfterMillis) runners.delete(other)
      }),
    withdraw: (address) => Effect.sync(() => void runners.delete(address)),
    runners: Effect.map(Clock.currentTimeMillis, (now) =>
      Array.from(runners, ([address, { report, seenAt }]) => ({
        address,
        report,
        silentMillis: now - seenAt
      })).toSorted((a, b) => (a.address < b.address ? -1 : 1))
    ),
    prune: (retention, at) => Effect.sync(() => prune(retention, at))
  })
})

export const layer: Layer.Layer<Store> = Layer.effect(Store, make)

const isPolled = ({ operation, trackings }: Stored) => !operation.done && trackings.size > 0

const isBy = (deadline: Timestamp.Timestamp, at: Timestamp.Timestamp) =>
  Timestamp.toMillis(deadline) <= Timestamp.toMillis(at)

const hasLabels = (tracking: Tracking, labels: Labels): boolean =>
  Object.entries(labels).every(([name, value]) => tracking.labels[name] === value)

const isAsked = (query: TrackedQuery, operation: CompactOperation, tracking: Tracking): boolean =>
  (query.source === undefined || operation.source === query.source) &&
  (query.state === undefined || operation.state === query.state) &&
  (query.kind === undefined || operation.kind === query.kind) &&
  (query.after === undefined || tracking.number < Number(query.after)) &&
  hasLabels(tracking, query.labels ?? {})

const trackedOperation = ({ operation }: Stored, tracking: Tracking): TrackedOperation => ({
  ...operation,
  labels: tracking.labels,
  trackedAt: tracking.trackedAt,
  ...(tracking.deadline !== undefined && { deadline: tracking.deadline }),
  ...(tracking.overdue && { overdue: true })
})

const unfinished = ({ reference, operation, seen, since, trackings }: Stored): Unfinished => {
  const deadlines = [...trackings.values()].flatMap(({ deadline, overdue }) =>
    deadline === undefined || overdue ? [] : [Timestamp.toMillis(deadline)]
  )
  return {
    reference,
    seen,
    state: operation.state,
    kind: operation.kind,
    digest: Digest.of(operation),
    since,
    deadline: deadlines.length === 0 ? undefined : Math.min(...deadlines)
  }
}
