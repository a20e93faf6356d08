import { assert, it as test, layer } from "@effect/vitest"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { answering, client, request, until } from "./LocalServer.ts"

const perSecond = (requests: number) => ({ rateLimit: { requests, per: Duration.seconds(1) } })

layer(NodeHttpClient.layerUndici)("RestClient at its rate limit", (it) => {
  it.effect("lets the limit through at once and then as many in each further period", () =>
    Effect.gen(function* () {
      const server = yield* answering(200, "[]")
      const { elements, json } = yield* client(server.url, perSecond(10))
      const requests = Array.from({ length: 50 }, (_, index) =>
        index % 2 === 0 ? json(request) : Stream.runDrain(elements(request))
      )
      const all = yield* Effect.forkChild(Effect.all(requests, { concurrency: "unbounded", discard: true }))
      for (const sent of [10, 20, 30, 40]) {
        yield* until(() => server.requests.length === sent)
        yield* TestClock.adjust("900 millis")
        assert.isBelow(server.requests.length, sent + 10)
        yield* TestClock.adjust("100 millis")
      }
      yield* Fiber.join(all)
      assert.lengthOf(server.requests, 50)
    })
  )

  test.live("keeps to it by the clock on the wall", () =>
    Effect.gen(function* () {
      const server = yield* answering(200, "1")
      const { json } = yield* client(server.url, perSecond(40))
      const started = performance.now()
      yield* Effect.all(
        Array.from({ length: 60 }, () => json(request)),
        { concurrency: "unbounded" }
      )
      assert.isAtLeast(performance.now() - started, 400)
    }).pipe(Effect.provide(NodeHttpClient.layerUndici))
  )

  it.effect("does not count the wait for its turn against the deadline", () =>
    Effect.gen(function* () {
      const server = yield* answering(200, "1")
      const { json } = yield* client(server.url, { rateLimit: { requests: 1, per: Duration.minutes(1) } })
      yield* json(request)
      const second = yield* Effect.forkChild(json(request))
      yield* TestClock.adjust("59 seconds")
      assert.isUndefined(second.pollUnsafe())
      assert.lengthOf(server.requests, 1)
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* Fiber.join(second), 1)
    })
  )

  it.effect("shares it with nobody else's client", () =>
    Effect.gen(function* () {
      const server = yield* answering(200, "1")
      const clients = yield* Effect.all(Array.from({ length: 5 }, () => client(server.url, perSecond(1))))
      yield* Effect.forEach(clients, ({ json }) => json(request))
      assert.lengthOf(server.requests, 5)
    })
  )
})
