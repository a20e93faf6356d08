import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as NodeServer from "../src/NodeServer.ts"
import { listen } from "./Loopback.ts"

it.live("whoever asks before there is anybody to answer, or afterwards, is told to come back", () =>
  Effect.gen(function* () {
    const server = NodeServer.make({})
    const url = yield* listen(server)
    const ask = Effect.promise(() => fetch(url))
    const answering = (_: unknown, response: { readonly end: (text: string) => unknown }) => void response.end("here")

    const early = yield* ask
    assert.deepStrictEqual([early.status, early.headers.get("retry-after")], [503, "1"])
    assert.include(yield* Effect.promise(() => early.text()), '"type":"urn:opwatch:problem:not-ready"')

    server.on("request", answering)
    assert.strictEqual(yield* Effect.flatMap(ask, (answer) => Effect.promise(() => answer.text())), "here")
    server.off("request", answering)
    assert.strictEqual((yield* ask).status, 503)
  })
)
