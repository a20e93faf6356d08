/** How long operations go without a poll while one of two servers is stopped and another takes its place. */
import { assert, it } from "@effect/vitest"
import { Emulator } from "@opwatch/emulator/Emulator"
import * as PostgresServer from "@opwatch/store/test/PostgresServer"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Providers from "../Providers.ts"
import { until } from "../Process.ts"
import { isCampaign } from "./Campaign.ts"
import * as Balancer from "./Balancer.ts"
import * as Members from "./Members.ts"
import * as PollTimes from "./PollTimes.ts"
import * as Spread from "./Spread.ts"

const crowd = Number(process.env["OPWATCH_CROWD"] ?? 200)

it.live.runIf(isCampaign)(
  `${crowd} operations are polled on time while a server is stopped`,
  () =>
    Effect.gen(function* () {
      const member = yield* Members.make({ polling: { price: "1s", maxInterval: "1s" } })
      const members = yield* Effect.all([member, member])
      yield* Effect.forEach(members, ({ start }) => start, { concurrency: "unbounded" })
      const ids = Arr.makeBy(crowd, (index) => `op-${index}`)
      yield* Providers.place(ids.map((id) => ({ api: "cloud", id })))
      const polls = yield* PollTimes.make
      yield* Balancer.make(members.map(({ url }) => url)).track(ids.map((id) => ({ ref: `cloud/${id}` })))

      /** How late polls are from now until each was polled so often after it is done. */
      const gaps = Effect.fnUntraced(function* (what: Effect.Effect<void>, times: number) {
        const from = Date.now()
        yield* what
        const done = Date.now()
        const isPolled = () => {
          const counts = polls.counts(done)
          return counts.length === crowd && counts.every((count) => count >= times)
        }
        yield* until(isPolled)
        return { millis: done - from, ...Spread.of(polls.gaps(from, Date.now())) }
      })
      yield* gaps(Effect.void, 2)
      const [leaving] = members
      const before = yield* gaps(Effect.void, 4)
      const stopped = yield* gaps(leaving.stop, 2)
      const started = yield* gaps(leaving.start, 4)
      yield* Effect.logInfo({ before, stopped, started })
      assert.isAtMost(Math.max(stopped.most, started.most), before.most + 500)
    }).pipe(
      Effect.scoped,
      Effect.provide(Layer.merge(Emulator.layer({ builtin: false }), PostgresServer.PostgresServer.layer))
    ),
  120_000
)
