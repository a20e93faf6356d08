/**
 * A runner that is held up for longer than its lease, in the middle of storing what it observed. Others poll what it had. When it
 * goes on, what it has to store is older than what is stored by then: the store refuses it, and the runner gets a part again.
 */
import { assert } from "@effect/vitest"
import { PostgresServer } from "@opwatch/store/test/PostgresServer"
import * as Proxy from "@opwatch/store/test/Proxy"
import * as Effect from "effect/Effect"
import * as Client from "../crash/Client.ts"
import * as Ledger from "../crash/Ledger.ts"
import * as Crowd from "./Crowd.ts"
import * as Nodes from "./Nodes.ts"

interface Change {
  readonly operation: { readonly progress?: number }
}

/** Longer than the lease, which is 3 seconds, and shorter than a write is waited for, so that it still comes. */
const freeze = "8 seconds"

/** How many polls of what lasts told a server something new. */
const news = ({ url }: Nodes.Node) => Nodes.metric(url, `opwatch_polls_total(?=.*"toloka")(?=.*"changed")`)

export const outlast = Effect.fnUntraced(function* (options: Crowd.Options) {
  const way = yield* Proxy.make((yield* PostgresServer).port)
  const nodes = yield* Nodes.make(3, Crowd.section)
  const [other, frozen] = yield* Effect.all([nodes.start(), nodes.start({ databasePort: way.port })], {
    concurrency: 2
  })
  const crowd = yield* Crowd.make([other, frozen], options)
  yield* crowd.isShared

  /** What it observes from now on it is still storing when it is frozen, and nobody else observes before it has changed. */
  const before = yield* news(frozen)
  yield* way.stall
  yield* crowd.advance
  yield* Nodes.eventually(news(frozen), (count) => count > before)
  frozen.child.kill("SIGSTOP")
  yield* crowd.advance
  yield* way.mend
  yield* Effect.all([Effect.sleep(freeze), crowd.seenBy(other)], { concurrency: 2 })
  frozen.child.kill("SIGCONT")

  yield* Nodes.eventually(Nodes.metric(frozen.url, "opwatch_fenced_total"), (count) => count > 0)
  assert.deepStrictEqual(yield* crowd.findings, [])
  for (const id of Crowd.lasting) {
    const history = `/v1/operations/toloka/${id}/history`
    const changes = yield* Ledger.pages<Change>(Client.make(other.url), history, "changes")
    const percents = changes.map(({ operation }) => operation.progress ?? -1)
    const upward = [0, 10, 20, 100].filter((percent) => percent !== 10 || percents.includes(10))
    assert.deepStrictEqual(percents, upward, id)
  }
})
