import { assert, describe, it } from "@effect/vitest"
import * as Limits from "@opwatch/access/Limits"
import { defaultSettings, type Mirror } from "@opwatch/core/Mirror"
import { Sources } from "@opwatch/core/Sources"
import { Tracker } from "@opwatch/tracker/Tracker"
import { Webhooks } from "@opwatch/webhooks/Webhooks"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as OpwatchServer from "../src/OpwatchServer.ts"
import * as InMemoryProvider from "./InMemoryProvider.ts"
import * as Keys from "./Keys.ts"
import { json, listen, requestTo, socket, until } from "./Serving.ts"

/** Lets everything through, to answers that begin and do not end. */
const endless: Mirror = {
  ...defaultSettings,
  passThrough: true,
  route: () => ({ _tag: "Other" }),
  refuse: ({ message, status }) => ({ status, body: { message } }),
  forward: () =>
    Effect.succeed({
      status: 200,
      headers: { "content-type": "text/plain" },
      body: Stream.concat(Stream.succeed(Buffer.from("begun")), Stream.never)
    })
}

describe("What the mirror lets through", () => {
  it.live("takes a place of the key's like a stream does, and ends when the key is revoked", () =>
    Effect.gen(function* () {
      const [ci, stays] = [
        Keys.issue("ci", { scopes: ["passthrough"] }),
        Keys.issue("stays", { scopes: ["passthrough"] })
      ]
      const { provider, source } = InMemoryProvider.make("cloud")
      const file = yield* Keys.file(ci.key, stays.key)
      const server = Layer.provideMerge(OpwatchServer.layer, socket()).pipe(
        Layer.provide([Tracker.layerMemory, Webhooks.none, file.layer]),
        Layer.provide(Layer.succeed(Sources, new Map([[source, { ...provider, mirror: endless }]])))
      )
      const { address } = Context.get(yield* Layer.build(Layer.fresh(server)), HttpServer.HttpServer)
      const url = HttpServer.formatAddress(address)
      const open = ({ headers }: typeof ci) => listen(`${url}/mirror/cloud/x`, undefined, headers)
      const first = yield* open(ci)
      const refused = yield* requestTo(url)("/mirror/cloud/x", { headers: ci.headers })
      assert.strictEqual(refused.status, 429)
      assert.strictEqual(refused.headers["opwatch-problem"], "urn:opwatch:problem:too-many-streams")
      assert.strictEqual(refused.headers["retry-after"], "5")
      assert.include(String(json(refused)["message"]), "the most there may be")
      const kept = yield* open(stays)
      yield* until(() => first.text() === "begun" && kept.text() === "begun")
      file.write(stays.key)
      yield* first.end
      assert.strictEqual(kept.text(), "begun")
    }).pipe(Effect.provideService(Limits.Limits, { ...Limits.defaults, streamsPerKey: 1 }))
  )
})
