/**
 * Runners that do not reach the database: the connections of one stop to carry anything and then break, those of the other only
 * stop for a while. Others poll what they had, they say why they can do nothing, and they have a part again once the way is
 * clear. What was on the way all the time does no harm as it arrives.
 */
import { assert } from "@effect/vitest"
import { PostgresServer } from "@opwatch/store/test/PostgresServer"
import * as Proxy from "@opwatch/store/test/Proxy"
import * as Effect from "effect/Effect"
import * as Crowd from "./Crowd.ts"
import * as Nodes from "./Nodes.ts"
import * as Trouble from "./Trouble.ts"

const asking = { path: `/v1/operations/toloka/${Crowd.lasting[0]}`, init: { method: "PUT" }, retryAfter: "5" }

export const outlast = Effect.fnUntraced(function* (options: Crowd.Options) {
  const { port } = yield* PostgresServer
  const nodes = yield* Nodes.make(3, Crowd.section)
  const [breaks, stalls] = yield* Effect.all([Proxy.make(port), Proxy.make(port)])
  const [other, broken, stalled] = yield* Effect.all(
    [nodes.start(), nodes.start({ databasePort: breaks.port }), nodes.start({ databasePort: stalls.port })],
    { concurrency: 3 }
  )
  const crowd = yield* Crowd.make([other, broken, stalled], options)

  yield* breaks.hang
  yield* stalls.stall
  yield* Effect.all(
    [
      Effect.sleep(`${options.outage} seconds`),
      Trouble.isTold(broken, { ...asking, words: /it did not answer for 9 seconds|it cannot be reached/ }),
      Trouble.isTold(stalled, { ...asking, words: /it did not answer for 9 seconds|it cannot be reached/ }),
      crowd.polledBy(other)
    ],
    { concurrency: "unbounded" }
  )
  yield* breaks.cut
  yield* Trouble.isTold(broken, { ...asking, words: /it cannot be reached/ })
  yield* crowd.advance
  yield* crowd.seenBy(other)
  for (const { url } of [broken, stalled]) assert.strictEqual(yield* Nodes.polled(url), 0)

  yield* Effect.all([breaks.mend, stalls.mend])
  yield* Effect.forEach([broken, stalled], Trouble.isOver)
  assert.deepStrictEqual(yield* crowd.findings, [])
})
