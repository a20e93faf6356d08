import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Servers from "../doctor/Servers.ts"
import * as Harness from "../Harness.ts"
import type { Terminal } from "../../src/terminal/Terminal.ts"
import * as RealRun from "../RealRun.ts"

const of = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index)

const first = {
  address: "10.0.0.7:34431",
  state: "alive",
  silentMillis: 0,
  version: "1.2.3",
  startedAt: new Date(Date.now() - 3 * 3_600_000 - 1_000).toISOString(),
  partitions: of(0, 32),
  operations: 10_012,
  pollsPerSecond: 24.56,
  latenessMillis: 12,
  overdueMillis: 0,
  budgets: [{ source: "cloud", pollsPerSecond: 5, priceMillis: 4_000 }]
}
const lost = { ...first, address: "10.0.0.8:34431", state: "lost", silentMillis: 720_000, partitions: of(32, 30) }
const leaving = {
  ...first,
  address: "10.0.0.9:34431",
  state: "leaving",
  partitions: [62],
  overdueMillis: 3_100,
  budgets: [{ ...first.budgets[0], pollsPerSecond: 0.25 }]
}

/** A server that answers so, by which it was asked for. */
const answering = Effect.fnUntraced(function* (status: number, answer: object) {
  const asked: Array<string | undefined> = []
  const port = yield* Servers.http(({ url }, response) => {
    asked.push(url)
    response.writeHead(status).end(JSON.stringify(answer))
  })
  const environment = { OPWATCH_SERVER: `http://127.0.0.1:${port}` }
  return {
    asked,
    run: (args: ReadonlyArray<string>, output?: Terminal) => RealRun.run(args, environment, output)
  }
})

describe("opwatch cluster", () => {
  it.live("shows runners and budgets, who is lost and what nobody polls", () =>
    Effect.gen(function* () {
      const cluster = { answeredBy: first.address, runners: [first, lost, leaving], unowned: [...of(32, 30), 63] }
      const { asked, run } = yield* answering(200, cluster)
      const { code, err, out } = yield* run(["cluster"])
      assert.deepStrictEqual([code, err, asked], [0, "", ["/v1/cluster"]])
      assert.deepStrictEqual(out.split("\n"), [
        "10.0.0.7:34431  alive    32  10012  24.6  12ms  3h ago  1.2.3",
        "10.0.0.8:34431  lost     30  10012  24.6  12ms  3h ago  1.2.3",
        "10.0.0.9:34431  leaving  1   10012  24.6  3s    3h ago  1.2.3",
        "",
        "cloud  5.3  4s  5.0, 0.3",
        "",
        "10.0.0.8:34431 is lost: it has told nothing for 12m, and stands here as it was then",
        `31 partitions have no owner, and nobody polls what is in them: ${cluster.unowned.join(", ")}`,
        ""
      ])
      assert.deepStrictEqual(JSON.parse((yield* run(["cluster", "--json"])).out), cluster)
    }).pipe(Effect.scoped)
  )

  it.live("has a header on a terminal, and says nothing more where all is well", () =>
    Effect.gen(function* () {
      const alone = { ...first, partitions: of(0, 64), budgets: [] }
      const { run } = yield* answering(200, { answeredBy: first.address, runners: [alone], unowned: [] })
      assert.deepStrictEqual((yield* run(["cluster"], Harness.terminal(100, 20))).out.split("\n"), [
        "RUNNER          STATE  PARTITIONS  OPERATIONS  POLLS/S  LAG   SINCE   VERSION",
        "10.0.0.7:34431  alive  64          10012       24.6     12ms  3h ago  1.2.3",
        ""
      ])
    }).pipe(Effect.scoped)
  )

  it.live("ends with 5 for a key that may not read it, and with 6 for a server that has none of it", () =>
    Effect.gen(function* () {
      const problem = { status: 403, title: "?", detail: "the key ci does not have the scope admin" }
      const type = "urn:opwatch:problem:scope-missing"
      const forbidden = yield* answering(403, { ...problem, type, scope: "admin" })
      const refused = yield* forbidden.run(["cluster"])
      assert.strictEqual(refused.code, 5)
      assert.include(refused.err, problem.detail)
      const older = yield* answering(404, { ...problem, type: "urn:opwatch:problem:route-not-found", status: 404 })
      const { code, err } = yield* older.run(["cluster"])
      assert.strictEqual(code, 6)
      assert.include(err, "it may be an older one")
    }).pipe(Effect.scoped)
  )
})
