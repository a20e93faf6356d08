import { assert, describe, it } from "@effect/vitest"
import { ApiKeys } from "@opwatch/access/ApiKeys"
import { Runner } from "@opwatch/tracker/Runner"
import * as Effect from "effect/Effect"
import * as Keys from "./Keys.ts"
import { json, startWith } from "./Serving.ts"

const path = "/v1/cluster"

describe("GET /v1/cluster", () => {
  it.live("tells of a server that is in no cluster that it has everything", () =>
    Effect.gen(function* () {
      const self = { address: "127.0.0.1:4080", version: "1.2.3", leaseMillis: 6_000 }
      const { request } = yield* Effect.provideService(startWith(ApiKeys.none), Runner, self)
      const { answeredBy, runners, unowned } = json(yield* request(path))
      assert.deepStrictEqual([answeredBy, unowned], [self.address, []])
      const [{ partitions, startedAt, ...told }] = Array.isArray(runners) ? runners : []
      assert.deepStrictEqual(partitions, [...Array.from({ length: 64 }).keys()])
      assert.match(startedAt, /^20\d\d-[^]*Z$/)
      assert.deepStrictEqual(told, {
        address: self.address,
        state: "alive",
        silentMillis: 0,
        version: "1.2.3",
        operations: 0,
        pollsPerSecond: 0,
        latenessMillis: 0,
        overdueMillis: 0,
        budgets: []
      })
    })
  )

  it.live("is for keys that may read the metrics as well", () =>
    Effect.gen(function* () {
      const [reader, admin] = [Keys.issue("reader"), Keys.issue("admin", { scopes: ["admin"] })]
      const { request } = yield* startWith((yield* Keys.file(reader.key, admin.key)).layer)
      const statuses = yield* Effect.forEach([reader, admin], ({ headers }) => request(path, { headers }))
      assert.deepStrictEqual(
        statuses.map(({ status }) => status),
        [403, 200]
      )
    })
  )
})
