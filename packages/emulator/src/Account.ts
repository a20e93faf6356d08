/**
 * What was created in Toloka by writing to it, and the operations that did it. An operation runs for a while; what it
 * creates is there from the moment it ends. Every write is worked out at once, so that two of them never mix.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Schema from "effect/Schema"
import * as Batch from "./Batch.ts"
import { type BatchKind, batchKinds } from "./BatchKind.ts"
import { Operations, tolokaId } from "./Operations.ts"
import * as Pools from "./Pools.ts"
import { tolokaTime } from "./Timestamp.ts"
import type { WriteParameters } from "./WriteParameters.ts"
import * as WriteScript from "./WriteScript.ts"

type Items = ReadonlyArray<Schema.JsonObject>

export class Account extends Context.Service<
  Account,
  {
    /** Starts the operation under the id in the parameters; false when that is taken. */
    readonly submit: (kind: BatchKind, items: Items, parameters: WriteParameters) => Effect.Effect<boolean>
    /** Creates at once. */
    readonly create: (kind: BatchKind, items: Items, parameters: WriteParameters) => Effect.Effect<Batch.Plan>
    /** Starts the operation that opens or closes the pool, where one is needed and can start. */
    readonly turn: (
      poolId: string,
      status: Pools.Status
    ) => Effect.Effect<{ readonly operationId: string } | "already" | "locked">
    readonly pool: (id: string) => Effect.Effect<Schema.JsonObject>
    readonly find: (kind: BatchKind, id: string) => Effect.Effect<Schema.JsonObject | undefined>
    readonly all: (kind: BatchKind) => Effect.Effect<Items>
    /** As if nothing had ever been written. */
    readonly clear: Effect.Effect<void>
  }
>()("@opwatch/emulator/Account") {
  static layer(operationTime: Duration.Duration = Duration.seconds(1)): Layer.Layer<Account, never, Operations> {
    return Layer.effect(Account, make(Duration.toMillis(operationTime)))
  }
}

interface Stored {
  readonly since: number
  readonly object: Schema.JsonObject
}

const make = Effect.fnUntraced(function* (operationTime: number) {
  const operations = yield* Operations
  const pools = Pools.make()
  const stored = new Map(batchKinds.map(({ name }) => [name, new Map<string, Stored>()]))
  let created = 0

  const storeOf = ({ name }: BatchKind) => stored.get(name) ?? new Map<string, Stored>()

  /** Ids of one kind and pool are of one length, and rise as they are given out. */
  const nextId = (kind: BatchKind) => (poolId: string) => {
    const number = ++created
    if (!kind.hasPool) return String(1_000_000 + number)
    const pool = (Pools.isPoolId(poolId) ? BigInt(poolId) : 0n).toString(16).padStart(10, "0")
    return `${pool}--${number.toString(16).padStart(24, "0")}`
  }

  const planAt = (kind: BatchKind, items: Items, { skipInvalidItems }: WriteParameters, at: number) =>
    Batch.plan(items, { kind, skipInvalidItems, created: tolokaTime(at), nextId: nextId(kind) })

  const keep = (kind: BatchKind, { created }: Batch.Plan, since: number) => {
    const store = storeOf(kind)
    for (const { id, object } of created) store.set(id, { since, object })
  }

  const poolsOf = ({ created }: Batch.Plan) => new Set(created.map(({ object }) => String(object.pool_id)))

  const submit = (kind: BatchKind, items: Items, parameters: WriteParameters, now: number): boolean => {
    if (operations.has("toloka", parameters.operationId)) return false
    const end = now + operationTime
    const plan = planAt(kind, items, parameters, end)
    const locked = parameters.openPool
      ? Array.from(poolsOf(plan)).filter((pool) => pools.change(pool, "OPEN", now, end) === "locked")
      : []
    keep(kind, plan, end)
    const log = [...plan.log, ...locked.map(WriteScript.poolOpenFailed)]
    return operations.start(WriteScript.ofBatch(kind, plan, log, parameters, operationTime), now)
  }

  return Account.of({
    submit: (kind, items, parameters) =>
      Effect.map(Clock.currentTimeMillis, (now) => submit(kind, items, parameters, now)),
    create: (kind, items, parameters) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        const plan = planAt(kind, items, parameters, now)
        keep(kind, plan, now)
        if (parameters.openPool) for (const pool of poolsOf(plan)) pools.change(pool, "OPEN", now, now)
        return plan
      }),
    turn: Effect.fnUntraced(function* (poolId, status) {
      const id = yield* tolokaId
      const now = yield* Clock.currentTimeMillis
      const answer = pools.change(poolId, status, now, now + operationTime)
      if (answer !== "accepted") return answer
      const type = status === "OPEN" ? "POOL.OPEN" : "POOL.CLOSE"
      operations.start(WriteScript.ofPool(id, type, poolId, operationTime), now)
      return { operationId: id }
    }),
    pool: (id) => Effect.map(Clock.currentTimeMillis, (now) => pools.show(id, now)),
    find: (kind, id) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        const found = storeOf(kind).get(id)
        return found !== undefined && found.since <= now ? found.object : undefined
      }),
    all: (kind) =>
      Effect.map(Clock.currentTimeMillis, (now) =>
        Array.from(storeOf(kind).values()).flatMap(({ object, since }) => (since <= now ? [object] : []))
      ),
    clear: Effect.sync(() => {
      pools.clear()
      for (const store of stored.values()) store.clear()
    })
  })
})
