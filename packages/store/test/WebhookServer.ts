/**
 * A process that a test kills: tracks operations, finishes them one after another, and sends their webhooks. Its clock runs
 * ahead by so many seconds, so that what a process before it had claimed is free again. Says when it has started, and when
 * all is done.
 */
import { Store } from "@opwatch/tracker/Store"
import { Webhooks } from "@opwatch/webhooks/Webhooks"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as SqliteDatabase from "../src/SqliteDatabase.ts"
import { observation, reference, track } from "./Samples.ts"
import * as WebhookStores from "./WebhookStores.ts"

const [path = "", url = "", count = "", aheadSeconds = ""] = process.argv.slice(2)
const owner = "team"

const ahead = (clock: Clock.Clock): Clock.Clock =>
  Object.assign(Object.create(clock), {
    currentTimeMillisUnsafe: () => clock.currentTimeMillisUnsafe() + Number(aheadSeconds) * 1000,
    currentTimeMillis: Effect.map(clock.currentTimeMillis, (millis) => millis + Number(aheadSeconds) * 1000)
  })

const main = Effect.gen(function* () {
  const store = yield* Store
  const webhooks = yield* Webhooks
  process.stdout.write("started\n")
  const { items } = yield* webhooks.list(owner, { limit: 1 })
  if (items.length === 0) yield* webhooks.subscribe(owner, { url })
  const ids = Array.from({ length: Number(count) }, (_, index) => `op${index}`)
  for (const id of ids) {
    const known = yield* store.get(reference(id))
    if (Option.isSome(known) && known.value.operation.done) continue
    if (Option.isNone(known)) yield* store.track([track(id, { owner })])
    yield* store.observe([observation(id, "succeeded")])
    yield* Effect.sleep("1 millis")
  }
  const isDone = Effect.gen(function* () {
    const delivered = yield* webhooks.deliveries(owner, { status: "delivered", limit: ids.length })
    return delivered.items.length === ids.length
  })
  while (!(yield* isDone)) yield* Effect.sleep("20 millis")
  process.stdout.write("done\n")
})

const layer = Webhooks.layer({ version: "test", allowPrivate: true }).pipe(
  Layer.provideMerge(WebhookStores.layer(SqliteDatabase.layer({ path })))
)

await Effect.runPromise(
  Effect.flatMap(Clock.clockWith(Effect.succeed), (clock) =>
    main.pipe(Effect.provide(layer), Effect.provideService(Clock.Clock, ahead(clock)))
  )
)
