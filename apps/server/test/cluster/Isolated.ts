/**
 * A runner that no other reaches, though it reaches the database. As long as pings get no answer it goes on as before; once they
 * are refused the other polls what it had, and it answers requests. At no time do both poll the same for long.
 */
import { assert } from "@effect/vitest"
import * as Proxy from "@opwatch/store/test/Proxy"
import * as Effect from "effect/Effect"
import * as Loopback from "../Loopback.ts"
import * as Crowd from "./Crowd.ts"
import * as Nodes from "./Nodes.ts"
import * as Trouble from "./Trouble.ts"

export const outlast = Effect.fnUntraced(function* (options: Crowd.Options) {
  const nodes = yield* Nodes.make(3, Crowd.section)
  const port = yield* Loopback.freePort
  const way = yield* Proxy.make(port)
  const environment = { OPWATCH_CLUSTER_LISTEN_PORT: String(port) }
  const [other, isolated] = yield* Effect.all([nodes.start(), nodes.start({ clusterPort: way.port, environment })], {
    concurrency: 2
  })
  const crowd = yield* Crowd.make([other, isolated], options)

  yield* way.hang
  yield* crowd.advance
  yield* Effect.all([Effect.sleep(`${options.outage} seconds`), crowd.seenBy(isolated), crowd.isShared], {
    concurrency: 3
  })

  yield* way.cut
  yield* crowd.polledBy(other)
  yield* crowd.advance
  yield* crowd.seenBy(isolated)
  assert.strictEqual(yield* Nodes.polled(isolated.url), 0)
  yield* Trouble.isOver(isolated)

  yield* way.mend
  assert.deepStrictEqual(yield* crowd.findings, [])
})
