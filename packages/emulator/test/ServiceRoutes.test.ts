import { assert, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Credentials from "../src/Credentials.ts"
import { Emulator } from "../src/Emulator.ts"
import { call, post } from "./Client.ts"

const emulator = Emulator.layer({ builtin: false })

interface Page {
  readonly operations: ReadonlyArray<{ readonly id: string }>
  readonly nextPageToken?: string
}

const page = (path: string) => Effect.map(call(path), ({ json }) => json as Page)
const idsOf = ({ operations }: Page) => operations.map(({ id }) => id)
const ids = (path: string) => Effect.map(page(path), idsOf)

const operation = (id: string, metadata: object | null, fields: object = {}) => ({
  api: "cloud",
  operation: { id, metadata, ...fields }
})

describe("endpoint discovery", () => {
  it.effect("finds every service where the emulator is, without credentials", () =>
    Effect.gen(function* () {
      const { port } = yield* Emulator
      const { endpoints } = (yield* call("/endpoints")).json as {
        endpoints: ReadonlyArray<{ readonly id: string; readonly address: string }>
      }
      const found = endpoints.map(({ id }) => id)
      for (const id of ["operation", "iam", "compute", "vpc", "mdb", "managed-postgresql", "resource-manager"]) {
        assert.include(found, id)
      }
      assert.strictEqual(new Set(found).size, found.length)
      assert.deepStrictEqual(new Set(endpoints.map(({ address }) => address)), new Set([`127.0.0.1:${port}`]))
    }).pipe(
      Effect.provide(
        Layer.unwrap(Effect.map(Credentials.decode({ cloud: {} }), (credentials) => Emulator.layer({ credentials })))
      )
    )
  )
})

describe("the operations of a resource", () => {
  it.effect("are those whose metadata has it for a target, newest first", () =>
    Effect.gen(function* () {
      yield* post("/_emulator/operations", [
        operation("first", { instanceId: "vm" }, { createdAt: "2024-01-01T00:00:00Z" }),
        operation("third", { "@type": "t", instanceId: "vm" }, { createdAt: "2024-01-01T00:00:00.000000002Z" }),
        operation("second", { instanceId: "vm", diskId: "d" }, { createdAt: "2024-01-01T00:00:00.000000001Z" }),
        operation("disk", { diskId: "d", instanceId: "vm" }),
        operation("bucket", { name: "b" }),
        operation("plain", { id: "p" }),
        operation("batch", { hostIds: ["h1", "h2"] }),
        operation("none", null),
        { api: "toloka", operation: { id: "toloka", metadata: { instanceId: "vm" } } }
      ])
      assert.deepStrictEqual(yield* ids("/compute/v1/instances/vm/operations"), ["third", "second", "first"])
      assert.deepStrictEqual(yield* ids("/compute/v1/disks/d/operations"), ["disk"])
      assert.deepStrictEqual(yield* ids("/vpc/v1/networks/b/operations"), ["bucket"])
      assert.deepStrictEqual(yield* ids("/managed-kafka/v1/clusters/p/operations"), ["plain"])
      assert.deepStrictEqual(yield* ids("/iam/v1/keys/h2/operations"), ["batch"])
      expect((yield* call("/kms/v1/keys/nothing/operations")).json).toStrictEqual({ operations: [] })
    }).pipe(Effect.provide(emulator))
  )

  it.effect("come in pages that hold while new ones are created", () =>
    Effect.gen(function* () {
      const at = (second: number) => ({ createdAt: `2024-01-01T00:00:${String(second).padStart(2, "0")}Z` })
      const many = Array.from({ length: 5 }, (_, index) => operation(`op-${index}`, { clusterId: "c" }, at(index)))
      yield* post("/_emulator/operations", many)
      const path = "/managed-postgresql/v1/clusters/c/operations"

      const first = yield* page(`${path}?pageSize=2`)
      assert.deepStrictEqual(idsOf(first), ["op-4", "op-3"])
      yield* post("/_emulator/operations", operation("newer", { clusterId: "c" }, at(30)))
      const second = yield* page(`${path}?pageSize=2&pageToken=${first.nextPageToken}`)
      assert.deepStrictEqual(idsOf(second), ["op-2", "op-1"])
      const last = yield* page(`${path}?pageSize=2&pageToken=${second.nextPageToken}`)
      assert.deepStrictEqual(idsOf(last), ["op-0"])
      assert.isUndefined(last.nextPageToken)

      const elsewhere = `/managed-mysql/v1/clusters/other/operations?pageToken=${first.nextPageToken}`
      assert.strictEqual((yield* call(elsewhere)).status, 400)
    }).pipe(Effect.provide(emulator))
  )

  it.effect("come a hundred to a page by default, and a thousand at most", () =>
    Effect.gen(function* () {
      const many = Array.from({ length: 101 }, () => ({ api: "cloud", operation: { metadata: { zoneId: "z" } } }))
      yield* post("/_emulator/operations", many)
      const sizeOf = (query: string) => Effect.map(ids(`/dns/v1/zones/z/operations${query}`), ({ length }) => length)
      assert.strictEqual(yield* sizeOf(""), 100)
      assert.strictEqual(yield* sizeOf("?pageSize=0"), 100)
      assert.strictEqual(yield* sizeOf("?pageSize=1000"), 101)
      for (const query of ["pageSize=1001", "pageSize=-1", "pageSize=x", "pageToken=x", "pageToken=e30"]) {
        const { json, status } = yield* call(`/dns/v1/zones/z/operations?${query}`)
        assert.strictEqual(status, 400)
        const field = query.split("=")[0]
        expect(json).toMatchObject({
          code: 3,
          details: [{ fieldViolations: [{ field }] }, { requestId: expect.any(String) }]
        })
      }
    }).pipe(Effect.provide(emulator))
  )

  it.effect("are filtered by the services that can, and by the others not", () =>
    Effect.gen(function* () {
      yield* post("/_emulator/operations", [
        operation("done", { clusterId: "c" }, { done: true, createdBy: "me", createdAt: "2024-01-02T00:00:00Z" }),
        operation("open", { clusterId: "c" }, { createdBy: "you", createdAt: "2024-01-01T00:00:00Z" })
      ])
      const filtered = (filter: string) =>
        ids(`/managed-kubernetes/v1/clusters/c/operations?filter=${encodeURIComponent(filter)}`)
      assert.deepStrictEqual(yield* filtered("done=false"), ["open"])
      assert.deepStrictEqual(yield* filtered("done = true"), ["done"])
      assert.deepStrictEqual(yield* filtered("created_by='you'"), ["open"])
      assert.deepStrictEqual(yield* filtered("done=false AND created_by='me'"), [])
      assert.deepStrictEqual(yield* ids("/managed-redis/v1/clusters/c/operations?filter=done%3Dfalse"), [
        "done",
        "open"
      ])
      const bad = yield* call("/managed-kubernetes/v1/clusters/c/operations?filter=name%3D1")
      assert.strictEqual(bad.status, 400)
      expect(bad.json).toMatchObject({ code: 3, details: [{ fieldViolations: [{ field: "filter" }] }, {}] })
    }).pipe(Effect.provide(emulator))
  )

  it.effect("are unknown for a collection that is not documented, under any verb", () =>
    Effect.gen(function* () {
      for (const path of [
        "/compute/v1/zones/z/operations",
        "/nothing/v1/clusters/c/operations",
        "/compute/v1/disks/d"
      ]) {
        for (const method of ["GET", "POST"]) {
          const { json, status } = yield* call(path, { method })
          assert.strictEqual(status, 404)
          expect(json).toMatchObject({ code: 5 })
        }
      }
    }).pipe(Effect.provide(emulator))
  )
})
