import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as RemoteCluster from "../src/RemoteCluster.ts"
import { other, start } from "./Serving.ts"

const of = (url: string) => Effect.provide(RemoteCluster.of({ url }), NodeHttpClient.layerNodeHttp)

describe("the cluster of a server", () => {
  it.live("is read from it, and from one of another version", () =>
    Effect.gen(function* () {
      const { url } = yield* start
      const told = yield* of(url)
      assert.deepStrictEqual([told.unowned, told.runners.map(({ state }) => state)], [[], ["alive"]])
      const newer = yield* other((_, response) => {
        response.writeHead(200).end(JSON.stringify({ ...told, more: 1 }))
      })
      assert.deepStrictEqual(yield* of(newer), told)
    })
  )
})
