/**
 * The `Store` port on a SQL database, which is brought to the version of this program first. Writes have spans; a read is one
 * statement, which has its own.
 */
import * as Reference from "@opwatch/core/Reference"
import { Store } from "@opwatch/tracker/Store"
import type { StoreError } from "@opwatch/tracker/StoreError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as ChangeReads from "./ChangeReads.ts"
import * as Counters from "./Counters.ts"
import { Database } from "./Database.ts"
import * as DurationTable from "./DurationTable.ts"
import * as Migrations from "./Migrations.ts"
import * as OperationTable from "./OperationTable.ts"
import * as PartitionTable from "./PartitionTable.ts"
import * as Pruning from "./Pruning.ts"
import * as RunnerTable from "./RunnerTable.ts"
import * as TrackRequests from "./TrackRequests.ts"
import * as TrackingReads from "./TrackingReads.ts"
import * as UnfinishedReads from "./UnfinishedReads.ts"
import * as Writes from "./Writes.ts"

const make = Effect.gen(function* () {
  const database = yield* Database
  yield* Migrations.run(database)
  const { bell, sql, run, write } = database
  const known = OperationTable.get(sql)
  const tracked = TrackingReads.one(sql)
  const list = TrackingReads.list(sql)
  const summary = TrackingReads.summary(sql)
  const labels = TrackingReads.labels(sql)
  const unfinished = UnfinishedReads.page(sql)
  const touched = UnfinishedReads.touched(sql)
  const changes = ChangeReads.all(sql)
  const history = ChangeReads.history(sql)
  const counters = Counters.read(sql)
  const durations = DurationTable.all(sql)
  const runners = RunnerTable.all(sql)
  const tenures = PartitionTable.tenures(sql)
  const handedOver = PartitionTable.handedOver(sql)

  return Store.of({
    track: Effect.fn("Store.track")(function* (requests) {
      return yield* write((counters) => TrackRequests.track(sql, counters, requests))
    }),
    untrack: Effect.fn("Store.untrack")(function* (owner, reference) {
      return yield* write((counters) => Writes.untrack(sql, counters, owner, reference))
    }),
    claim: Effect.fn("Store.claim")(function* (partitions) {
      return yield* write(() => PartitionTable.claim(sql, [...partitions]))
    }),
    tenures: run(tenures),
    handOver: Effect.fn("Store.handOver")(function* (handovers) {
      return yield* write(() => PartitionTable.handOver(sql, handovers))
    }),
    handedOver: (partition, tenure) => run(handedOver(partition, tenure)),
    observe: Effect.fn("Store.observe")(function* (observations) {
      return yield* write((counters) => Writes.observe(sql, counters, observations))
    }),
    passDeadlines: Effect.fn("Store.passDeadlines")(function* (references, at) {
      return yield* write((counters) => Writes.passDeadlines(sql, counters, references, at))
    }),
    noteCancel: Effect.fn("Store.noteCancel")(function* (owner, reference, at) {
      return yield* write((counters) => Writes.noteCancel(sql, counters, owner, reference, at))
    }),

    get: (reference) => run(known(Reference.format(reference))),
    tracked: (owner, reference) => run(tracked(owner, Reference.format(reference))),
    list: (query) => run(list(query)),
    summary: (owner, labels) => run(summary(owner, labels)),
    unfinished: (partition) => Stream.paginate("", (after) => run(unfinished(partition, after))),
    touched: (page) => run(touched(page)),
    lastTouch: Effect.map(run(counters), ({ touch }) => touch),
    bell,
    changes: (page) => run(changes(page)),
    lastSequence: Effect.map(run(counters), ({ change }) => change),
    trackings: (refs) => run(labels(refs)),
    history: (reference, page) => run(history({ ...page, ref: Reference.format(reference) })),
    durations: run(durations),
    learn: Effect.fn("Store.learn")(function* (lifetimes) {
      return yield* write(() => DurationTable.learn(sql, lifetimes))
    }),
    report: (address, report) => run(RunnerTable.report(sql, address, report)),
    withdraw: (address) => run(RunnerTable.withdraw(sql, address)),
    runners: run(runners),
    prune: Effect.fn("Store.prune")(function* (retention, at) {
      return yield* write((counters) => Pruning.step(sql, counters, retention, at))
    })
  })
})

export const layer: Layer.Layer<Store, StoreError, Database> = Layer.effect(Store, make)
