import { assert, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import { connect, type Socket } from "node:net"
import { Emulator } from "../src/Emulator.ts"
import * as Scenario from "../src/Scenario.ts"
import { call, put } from "./Client.ts"

describe("Emulator", () => {
  it.effect("listens on a free loopback port, each layer on its own", () =>
    Effect.gen(function* () {
      const first = yield* Emulator
      const second = yield* Effect.provide(Emulator, Emulator.layer())
      assert.strictEqual(first.url, `http://127.0.0.1:${first.port}`)
      assert.notStrictEqual(first.port, second.port)
    }).pipe(Effect.provide(Emulator.layer()))
  )

  it.effect("fails with a ServeError on a port that is taken", () =>
    Effect.gen(function* () {
      const { port } = yield* Emulator
      const error = yield* Effect.flip(Effect.scoped(Layer.build(Emulator.layer({ port }))))
      assert.strictEqual(error._tag, "ServeError")
      assert.strictEqual((yield* call("/_emulator/health")).status, 200)
    }).pipe(Effect.provide(Emulator.layer()))
  )

  it.effect("runs a scenario from the start", () =>
    Effect.gen(function* () {
      const scenario = yield* Scenario.decode({
        operations: [{ api: "cloud", id: "s" }],
        faults: [{ kind: "unavailable", times: 1 }]
      })
      yield* Effect.gen(function* () {
        assert.strictEqual((yield* call("/operations/s")).status, 503)
        assert.strictEqual((yield* call("/operations/s")).status, 200)
        assert.strictEqual((yield* call("/operations/fhmdone0emulator0001")).status, 200)
      }).pipe(Effect.provide(Emulator.layer({ scenario })))
    })
  )

  it.live("stops at once, idle and busy connections and all", () =>
    Effect.gen(function* () {
      const running = yield* Effect.forkChild(
        Effect.gen(function* () {
          yield* put("/_emulator/faults", [{ kind: "slow", delay: "1 hour" }])
          const { port } = yield* Emulator
          const idle = yield* connected(port)
          const slow = yield* Effect.forkChild(Effect.exit(call("/operations/x")))
          yield* call("/_emulator/requests").pipe(
            Effect.flatMap(({ json }) => Effect.try(() => expect(json).toMatchObject({ total: 1 }))),
            Effect.retry(Schedule.spaced("5 millis"))
          )
          return { idle, slow, stopping: performance.now() }
        }).pipe(Effect.provide(Emulator.layer()))
      )
      const { idle, slow, stopping } = yield* Fiber.join(running)
      assert.isBelow(performance.now() - stopping, 500)
      yield* closed(idle)
      assert.strictEqual((yield* Fiber.await(slow))._tag, "Failure")
    })
  )

  it.live("counts a thousand requests over many connections", () =>
    Effect.gen(function* () {
      const replies = yield* Effect.forEach(
        Array.from({ length: 1000 }),
        () => call("/operations/fhmdone0emulator0001"),
        { concurrency: 50 }
      )
      assert.deepStrictEqual(new Set(replies.map(({ status }) => status)), new Set([200]))
      expect((yield* call("/_emulator/requests")).json).toMatchObject({ total: 1000 })
    }).pipe(Effect.provide(Emulator.layer()))
  )
})

const connected = (port: number) =>
  Effect.callback<Socket>((resume) => {
    const socket = connect(port, "127.0.0.1", () => resume(Effect.succeed(socket)))
    socket.on("error", () => {})
    socket.resume()
  })

const closed = (socket: Socket) =>
  Effect.callback<void>((resume) => {
    if (socket.closed) return resume(Effect.void)
    socket.once("close", () => resume(Effect.void))
  })
