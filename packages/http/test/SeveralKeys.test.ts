import { assert, describe, it } from "@effect/vitest"
import { SourceName } from "@opwatch/core/Reference"
import * as Effect from "effect/Effect"
import * as Keys from "./Keys.ts"
import { startWith, until } from "./Serving.ts"

const type = (name: string) => `urn:opwatch:problem:${name}`

describe("Keys that track the same operations", () => {
  it.live("see their own trackings, share the polls, and keep to their sources and to how much they may track", () =>
    Effect.gen(function* () {
      const one = Keys.issue("one", { scopes: ["read", "track"], maxTracked: 2 })
      const two = Keys.issue("two", { scopes: ["read", "track"], sources: [SourceName.make("cloud")] })
      const file = yield* Keys.file(one.key, two.key)
      const { cloud, url } = yield* startWith(file.layer)
      const send = ({ headers }: typeof one, method: string, path: string, body?: unknown) =>
        Effect.promise(async () => {
          const answer = await fetch(`${url}/v1/${path}`, {
            method,
            headers: { ...headers, "content-type": "application/json" },
            ...(body === undefined ? {} : { body: JSON.stringify(body) })
          })
          const text = await answer.text()
          return { status: answer.status, json: text === "" ? {} : JSON.parse(text) }
        })
      const refs = (key: typeof one) =>
        Effect.map(send(key, "GET", "operations"), ({ json }) => json.operations.map(({ ref }: { ref: string }) => ref))
      for (const id of ["op-1", "op-2", "op-3"]) cloud.set(id, { state: "running" })
      const at = "operations/cloud/op-1"

      assert.strictEqual((yield* send(one, "PUT", at, { labels: { by: "one" } })).status, 201)
      assert.strictEqual((yield* send(two, "PUT", at, { labels: { by: "two" } })).status, 201)
      yield* until(() => cloud.counts.polls > 0)
      const labels = (key: typeof one, by: string) => send(key, "GET", `summary?label=by=${by}`)
      assert.deepStrictEqual([(yield* labels(one, "one")).json.total, (yield* labels(one, "two")).json.total], [1, 0])
      const { polls } = cloud.counts
      assert.strictEqual((yield* send(two, "GET", at)).status, 200)
      assert.strictEqual(cloud.counts.polls, polls)

      assert.strictEqual((yield* send(one, "PUT", "operations/toloka/op-1")).status, 201)
      const full = yield* send(one, "PUT", "operations/cloud/op-2")
      assert.deepStrictEqual([full.status, full.json.type], [403, type("too-many-tracked")])
      assert.strictEqual((yield* send(one, "PUT", at, {})).status, 200)
      const elsewhere = yield* send(two, "PUT", "operations/toloka/op-1")
      assert.deepStrictEqual([elsewhere.status, elsewhere.json.type], [404, type("source-not-found")])
      const batch = ["cloud/op-2", "toloka/op-1", "cloud/op-3"].map((ref) => ({ ref }))
      const many = (key: typeof one) =>
        Effect.map(send(key, "POST", "operations/batch", { operations: batch }), ({ json }) =>
          json.results.map(({ status }: { status: number }) => status)
        )
      assert.deepStrictEqual(yield* many(two), [201, 404, 201])
      assert.deepStrictEqual(yield* many(one), [403, 200, 403])
      assert.sameMembers(yield* refs(one), ["cloud/op-1", "toloka/op-1"])
      assert.sameMembers(yield* refs(two), ["cloud/op-1", "cloud/op-2", "cloud/op-3"])

      assert.strictEqual((yield* send(one, "DELETE", at)).status, 204)
      assert.strictEqual((yield* send(one, "GET", `${at}/history`)).status, 404)
      assert.strictEqual((yield* send(two, "GET", `${at}/history`)).status, 200)
      assert.strictEqual((yield* send(one, "PUT", "operations/cloud/op-2")).status, 201)
    })
  )
})
