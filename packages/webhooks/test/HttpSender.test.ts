import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import type { LookupAddress } from "node:dns"
import * as HttpSender from "../src/HttpSender.ts"
import * as Receiver from "./Receiver.ts"

const sending = (url: string) => ({ url, headers: { "webhook-id": "1" }, body: '{"ok":true}' })

const until = (condition: () => boolean): Effect.Effect<void> =>
  Effect.callback((resume) => {
    const look = () => (condition() ? resume(Effect.void) : void setImmediate(look))
    look()
  })

describe("a request", () => {
  it.live("is a POST with what it is told to send, and gives the status", () =>
    Effect.gen(function* () {
      const receiver = yield* Receiver.make()
      const send = yield* HttpSender.make({ allowPrivate: true })
      assert.deepStrictEqual(yield* send(sending(`${receiver.url}hook?k=v`)), { status: 204, retryAfter: undefined })
      const [one] = receiver.received
      assert.strictEqual(one?.path, "/hook?k=v")
      assert.strictEqual(one?.headers["webhook-id"], "1")
      assert.strictEqual(one?.body, '{"ok":true}')
    })
  )

  it.live("does not follow a redirect", () =>
    Effect.gen(function* () {
      const target = yield* Receiver.make()
      const receiver = yield* Receiver.make((_, response) => response.writeHead(307, { location: target.url }).end())
      const send = yield* HttpSender.make({ allowPrivate: true })
      assert.strictEqual((yield* send(sending(receiver.url))).status, 307)
      assert.lengthOf(target.received, 0)
    })
  )

  it.live("uses no proxy", () =>
    Effect.gen(function* () {
      const proxy = yield* Receiver.make()
      const receiver = yield* Receiver.make()
      const send = yield* HttpSender.make({ allowPrivate: true })
      process.env["HTTP_PROXY"] = process.env["http_proxy"] = proxy.url
      yield* Effect.addFinalizer(() =>
        Effect.sync(() => {
          delete process.env["HTTP_PROXY"]
          delete process.env["http_proxy"]
        })
      )
      assert.strictEqual((yield* send(sending(receiver.url))).status, 204)
      assert.lengthOf(proxy.received, 0)
    })
  )

  it.live("gives the status of an answer whose body never ends", () =>
    Effect.gen(function* () {
      const receiver = yield* Receiver.make((_, response) => {
        response.writeHead(200)
        const write = () => void (response.destroyed || (response.write("x".repeat(16_384)), setImmediate(write)))
        write()
      })
      const send = yield* HttpSender.make({ allowPrivate: true })
      assert.strictEqual((yield* send(sending(receiver.url))).status, 200)
    })
  )

  it.effect("is given up after 15 seconds without an answer", () =>
    Effect.gen(function* () {
      const receiver = yield* Receiver.make(() => {})
      const send = yield* HttpSender.make({ allowPrivate: true })
      const fiber = yield* Effect.forkChild(Effect.flip(send(sending(receiver.url))))
      yield* until(() => receiver.received.length === 1)
      yield* TestClock.adjust(Duration.seconds(15))
      assert.strictEqual((yield* Fiber.join(fiber)).message, "no answer within 15s")
    })
  )

  it.live("says that a connection was refused", () =>
    Effect.gen(function* () {
      const gone = yield* Effect.scoped(Receiver.make())
      const send = yield* HttpSender.make({ allowPrivate: true })
      const error = yield* Effect.flip(send(sending(gone.url)))
      assert.strictEqual(error.message, "the receiver refused the connection")
    })
  )
})

describe("where private addresses are not allowed", () => {
  const answers = (...each: ReadonlyArray<ReadonlyArray<LookupAddress>>) => {
    const asked: Array<string> = []
    const resolve: HttpSender.Resolve = (name) => {
      asked.push(name)
      return Promise.resolve(each[Math.min(asked.length, each.length) - 1] ?? [])
    }
    return { asked, resolve }
  }
  const inside: LookupAddress = { address: "127.0.0.1", family: 4 }
  const mapped: LookupAddress = { address: "::ffff:127.0.0.1", family: 6 }
  /** Global unicast that nobody was given: there is no way to it. */
  const outside: LookupAddress = { address: "2d00::1", family: 6 }

  it.live("a request to one is not made", () =>
    Effect.gen(function* () {
      const receiver = yield* Receiver.make()
      const send = yield* HttpSender.make({ allowPrivate: false })
      const error = yield* Effect.flip(send(sending(receiver.url)))
      assert.include(error.message, "public addresses only")
      assert.lengthOf(receiver.received, 0)
    })
  )

  it.live("a name that has one among its addresses is refused", () =>
    Effect.gen(function* () {
      const receiver = yield* Receiver.make()
      for (const addresses of [[inside], [outside, inside], [mapped], [outside, mapped]]) {
        const send = yield* HttpSender.make({ allowPrivate: false, resolve: answers(addresses).resolve })
        const error = yield* Effect.flip(send(sending(`http://hooks.example:${receiver.port}/`)))
        assert.include(error.message, "public addresses only")
      }
      assert.lengthOf(receiver.received, 0)
    })
  )

  it.live("an answer of the resolver that changes between check and connection changes nothing", () =>
    Effect.gen(function* () {
      const receiver = yield* Receiver.make()
      const { asked, resolve } = answers([outside], [inside])
      const send = yield* HttpSender.make({ allowPrivate: false, resolve })
      const url = `http://hooks.example:${receiver.port}/`
      yield* Effect.timeoutOption(Effect.exit(send(sending(url))), "500 millis")
      assert.deepStrictEqual(asked, ["hooks.example"])
      const error = yield* Effect.flip(send(sending(url)))
      assert.include(error.message, "public addresses only")
      assert.lengthOf(receiver.received, 0)
    })
  )

  it.live("a name is connected to at the address that was checked", () =>
    Effect.gen(function* () {
      const receiver = yield* Receiver.make()
      const { asked, resolve } = answers([inside], [outside])
      const send = yield* HttpSender.make({ allowPrivate: true, resolve })
      assert.strictEqual((yield* send(sending(`http://hooks.example:${receiver.port}/`))).status, 204)
      assert.deepStrictEqual(asked, ["hooks.example"])
      assert.strictEqual(receiver.received[0]?.headers["host"], `hooks.example:${receiver.port}`)
    })
  )
})
