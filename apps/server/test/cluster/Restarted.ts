/** A database that goes away under all runners: stopped in order for a while, then killed in the middle of what it does. */
import { assert } from "@effect/vitest"
import { PostgresServer } from "@opwatch/store/test/PostgresServer"
import * as Effect from "effect/Effect"
import * as Crowd from "./Crowd.ts"
import * as Nodes from "./Nodes.ts"
import * as Trouble from "./Trouble.ts"

const told = {
  path: `/v1/operations/toloka/${Crowd.lasting[0]}`,
  init: { method: "PUT" },
  retryAfter: "5",
  words: /it cannot be reached|the database system is shutting down/
}

export const outlast = Effect.fnUntraced(function* (options: Crowd.Options) {
  const postgres = yield* PostgresServer
  const nodes = yield* Nodes.make(3, Crowd.section)
  const [first, second] = yield* Effect.all([nodes.start(), nodes.start()], { concurrency: 2 })
  const crowd = yield* Crowd.make([first, second], options)

  yield* postgres.stop
  yield* crowd.advance
  const idle = ({ url }: Nodes.Node) => Nodes.eventually(Nodes.polled(url), (count) => count === 0)
  yield* Effect.all(
    [
      Effect.sleep(`${options.outage} seconds`),
      ...[first, second].map((node) => Effect.andThen(Trouble.isTold(node, told), idle(node)))
    ],
    { concurrency: "unbounded" }
  )
  yield* postgres.start
  yield* crowd.seenBy(first)

  yield* postgres.kill
  yield* crowd.advance
  yield* postgres.start
  yield* crowd.seenBy(second)
  assert.deepStrictEqual(yield* crowd.findings, [])
})
