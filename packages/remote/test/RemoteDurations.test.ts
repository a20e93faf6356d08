import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { assert, describe, it } from "@effect/vitest"
import { SourceName } from "@opwatch/core/Reference"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as RemoteDurations from "../src/RemoteDurations.ts"
import { other, start } from "./Serving.ts"

const cloud = SourceName.make("cloud")

const of = (url: string, source: SourceName, price?: Duration.Duration) =>
  Effect.provide(RemoteDurations.of({ url }, source, price), NodeHttpClient.layerNodeHttp)

describe("the durations of a server", () => {
  it.live("are asked for at its own price or at another, and an unknown source is the server's to name", () =>
    Effect.gen(function* () {
      const { url } = yield* start
      assert.deepStrictEqual(yield* of(url, cloud), { priceMillis: 1_000, kinds: [] })
      assert.strictEqual((yield* of(url, cloud, Duration.minutes(1))).priceMillis, 60_000)
      const error = yield* Effect.flip(of(url, SourceName.make("nowhere")))
      assert.strictEqual(error.reason._tag, "Misconfigured")
      assert.match(error.message, /^there is no source "nowhere"/)
    })
  )

  it.live("are read from a server of another version, and a server without them says that it is older", () =>
    Effect.gen(function* () {
      const known = {
        source: "cloud",
        kind: "yandex.cloud.compute.v1.CreateInstance",
        ended: 9,
        earliestMillis: 50_000,
        medianMillis: 60_000,
        latestMillis: 70_000,
        pollsPerOperation: 2.5,
        latenessMillis: 700
      }
      const newer = yield* other((_, response) => {
        response
          .writeHead(200)
          .end(JSON.stringify({ priceMillis: 1_500.5, kinds: [{ ...known, mood: "good" }], more: 1 }))
      })
      assert.deepStrictEqual(yield* of(newer, cloud), { priceMillis: 1_500.5, kinds: [{ ...known, source: cloud }] })
      const older = yield* other((_, response) => {
        const problem = { type: "urn:opwatch:problem:route-not-found", status: 404, title: "?", detail: "no route" }
        response.writeHead(404).end(JSON.stringify(problem))
      })
      const error = yield* Effect.flip(of(older, cloud))
      assert.deepStrictEqual(
        [error.reason._tag, error.hint?.startsWith("it may be an older one")],
        ["MalformedAnswer", true]
      )
    })
  )
})
