import { assert, describe, expect, it } from "@effect/vitest"
import { SourceName } from "@opwatch/core/Reference"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import type { Json } from "effect/Schema"
import * as CloudEndpoints from "../src/CloudEndpoints.ts"
import * as Network from "./Network.ts"

const compute = { endpoints: ["compute"] } as const

const discovering = Effect.fnUntraced(function* (answer: Json, endpointsUrl = "https://api.example.com") {
  const answers: Record<string, Json> = { [`${endpointsUrl}/endpoints`]: answer }
  const { client, sent } = Network.make(answers)
  const endpoints = yield* CloudEndpoints.make({
    source: SourceName.make("cloud"),
    endpointsUrl,
    rateLimit: { requests: 1_000, per: Duration.seconds(1) }
  }).pipe(Effect.provideService(HttpClient.HttpClient, client))
  return { ...endpoints, sent, answers }
})

const named = (address: string, id = "compute") => ({ endpoints: [{ id, address }] })

describe("Endpoint discovery", () => {
  it.effect("is asked once without a credential, however many ask", () =>
    Effect.gen(function* () {
      const { sent, urlOf } = yield* discovering(named("compute.example.com:443"))
      const urls = yield* Effect.all([urlOf(compute), urlOf(compute)], { concurrency: "unbounded" })
      assert.deepStrictEqual([...urls, yield* urlOf(compute)], Array(3).fill("https://compute.example.com:443"))
      assert.deepStrictEqual(sent, [{ url: "https://api.example.com/endpoints", authorization: undefined }])
    })
  )

  it.effect("that failed is asked again", () =>
    Effect.gen(function* () {
      const { answers, urlOf } = yield* discovering(503)
      assert.strictEqual((yield* Effect.flip(urlOf(compute))).reason._tag, "Unavailable")
      answers["https://api.example.com/endpoints"] = named("compute.example.com:443")
      assert.strictEqual(yield* urlOf(compute), "https://compute.example.com:443")
    })
  )

  it.effect("takes the first name of a service that is there", () =>
    Effect.gen(function* () {
      const { urlOf } = yield* discovering({
        endpoints: [
          ...named("mdb.example.com:443", "mdb").endpoints,
          ...named("pg.example.com", "managed-postgresql").endpoints
        ]
      })
      assert.strictEqual(yield* urlOf({ endpoints: ["managed-postgresql", "mdb"] }), "https://pg.example.com")
      assert.strictEqual(yield* urlOf({ endpoints: ["managed-mysql", "mdb"] }), "https://mdb.example.com:443")
    })
  )

  it.effect.each<readonly [endpointsUrl: string, address: string, url: string]>([
    ["https://api.example.com", "127.0.0.1:4010", "https://127.0.0.1:4010"],
    ["http://api.example.com", "compute.example.com:443", "https://compute.example.com:443"],
    ["http://127.0.0.1:4010", "127.0.0.1:4010", "http://127.0.0.1:4010"],
    ["http://localhost:4010", "[::1]:4011", "http://[::1]:4011"],
    ["http://127.0.0.1:4010", "compute.example.com:443", "https://compute.example.com:443"]
  ])("at %s takes %s for %s", ([endpointsUrl, address, url]) =>
    Effect.gen(function* () {
      const { urlOf } = yield* discovering(named(address), endpointsUrl)
      assert.strictEqual(yield* urlOf(compute), url)
    })
  )

  it.effect.each([
    "",
    "https://compute.example.com",
    "user@host:443",
    "host/path",
    "host?q",
    "a b",
    "host:port",
    "host:99999"
  ])("does not believe the address %j", (address) =>
    Effect.gen(function* () {
      const { urlOf } = yield* discovering(named(address))
      expect(yield* Effect.flip(urlOf(compute))).toMatchObject({
        reason: { _tag: "MalformedAnswer" },
        message: `"${address}", named for compute, is no host`
      })
    })
  )

  it.effect.each<Json>([[], {}, { endpoints: {} }, "no"])("takes %j for malformed", (answer) =>
    Effect.gen(function* () {
      const { urlOf } = yield* discovering(answer)
      assert.strictEqual((yield* Effect.flip(urlOf(compute))).reason._tag, "MalformedAnswer")
    })
  )

  it.effect("says where there is none, and which service is missing", () =>
    Effect.gen(function* () {
      const absent = yield* discovering(404)
      expect(yield* Effect.flip(absent.urlOf(compute))).toMatchObject({
        reason: { _tag: "Misconfigured" },
        message: "there is no list of endpoints at https://api.example.com/endpoints",
        hint: "check sources.cloud.endpointsUrl"
      })
      const other = yield* discovering(named("vpc.example.com:443", "vpc"))
      expect(yield* Effect.flip(other.urlOf(compute))).toMatchObject({
        reason: { _tag: "Unsupported" },
        message: "https://api.example.com names no host for compute: this installation may not have it"
      })
    })
  )
})
