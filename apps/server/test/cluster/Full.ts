/**
 * A database whose disk fills up under all runners. At first it only refuses what needs more room; when it can write no log, it
 * goes down and does not come up again before there is room. Either lasts half of the outage.
 */
import { assert } from "@effect/vitest"
import { PostgresServer } from "@opwatch/store/test/PostgresServer"
import * as Effect from "effect/Effect"
import type * as SmallDisk from "../faults/SmallDisk.ts"
import * as Crowd from "./Crowd.ts"
import * as Nodes from "./Nodes.ts"
import * as Trouble from "./Trouble.ts"

/** In megabytes, a few more than an empty database takes. */
export const size = 96

/** More than there is room for on pages that are there. */
const many = {
  path: "/v1/operations/batch",
  init: {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ operations: Array.from({ length: 500 }, (_, index) => ({ ref: `cloud/unseen-${index}` })) })
  }
}
const full = { ...many, retryAfter: "60", words: /no room is left to write/ }
const away = { ...many, retryAfter: "5", words: /it cannot be reached|the database system/ }

/** Needs another file for the log. */
const nextSegment = "SELECT pg_logical_emit_message(false, '', '')::text, pg_switch_wal()::text"

export const outlast = Effect.fnUntraced(function* (
  disk: Effect.Success<ReturnType<typeof SmallDisk.make>>,
  options: Crowd.Options
) {
  const postgres = yield* PostgresServer
  const nodes = yield* Nodes.make(3, Crowd.section)
  const [first, second] = yield* Effect.all([nodes.start(), nodes.start()], { concurrency: 2 })
  const crowd = yield* Crowd.make([first, second], options)
  const lasts = (trouble: Trouble.Options) =>
    Effect.all(
      [Effect.sleep(`${options.outage / 2} seconds`), ...[first, second].map((node) => Trouble.isTold(node, trouble))],
      { concurrency: "unbounded" }
    )

  yield* disk.fill
  yield* crowd.advance
  yield* lasts(full)
  yield* disk.empty
  yield* crowd.seenBy(first)

  yield* disk.fill
  yield* Effect.flip(Effect.forever(postgres.command(nextSegment)))
  yield* crowd.advance
  yield* lasts(away)
  yield* disk.empty
  yield* postgres.stop
  yield* postgres.start
  yield* crowd.seenBy(second)
  assert.deepStrictEqual(yield* crowd.findings, [])
})
