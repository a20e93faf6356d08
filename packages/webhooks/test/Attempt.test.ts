import { assert, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as Redacted from "effect/Redacted"
import { Webhook } from "standardwebhooks"
import * as Attempt from "../src/Attempt.ts"
import * as HttpSender from "../src/HttpSender.ts"
import * as WebhookSecret from "../src/WebhookSecret.ts"
import type { Claimed } from "../src/WebhookStore.ts"
import * as Receiver from "./Receiver.ts"

const day = 86_400_000

const attempt = Effect.fnUntraced(function* (answer: Receiver.Answer, rest: Partial<Claimed> = {}) {
  const receiver = yield* Receiver.make(answer)
  const send = yield* HttpSender.make({ allowPrivate: true })
  const now = yield* Clock.currentTimeMillis
  const claim = {
    id: "sub_1_7",
    url: receiver.url,
    secret: WebhookSecret.generate(),
    body: '{"id":"7"}',
    attempts: 0,
    since: now,
    until: now + 30_000,
    ...rest
  }
  const outcome = yield* Attempt.make(send, "opwatch/1.2.3", claim)
  return { claim, outcome, now, received: receiver.received[0] }
})

const answering =
  (status: number, headers: Record<string, string> = {}): Receiver.Answer =>
  (_, response) =>
    response.writeHead(status, headers).end()

it.live("is signed as the published library of Standard Webhooks verifies, and says who sends", () =>
  Effect.gen(function* () {
    const { claim, received } = yield* attempt(answering(200))
    const { body = "", headers = {} } = received ?? {}
    assert.deepStrictEqual(new Webhook(Redacted.value(claim.secret)).verify(body, headers), { id: "7" })
    assert.throws(() => new Webhook(Redacted.value(WebhookSecret.generate())).verify(body, headers))
    assert.strictEqual(headers["webhook-id"], "sub_1_7")
    assert.strictEqual(headers["user-agent"], "opwatch/1.2.3")
    assert.strictEqual(headers["content-type"], "application/json")
  })
)

for (const status of [200, 201, 202, 204, 299]) {
  it.live(`answered with ${status} is delivered`, () =>
    Effect.gen(function* () {
      const { outcome } = yield* attempt(answering(status))
      assert.deepStrictEqual(outcome, { _tag: "Delivered", status })
    })
  )
}

for (const status of [301, 302, 307, 308, 400, 401, 404, 408, 429, 500, 503]) {
  it.live(`answered with ${status} is to be tried again`, () =>
    Effect.gen(function* () {
      const { outcome } = yield* attempt(answering(status, { location: "http://example.com/" }))
      assert.strictEqual(outcome._tag, "Failed")
      if (outcome._tag === "Failed") assert.include(outcome.error, `answered ${status}`)
    })
  )
}

it.live("answered with 410 is the last", () =>
  Effect.gen(function* () {
    const { outcome } = yield* attempt(answering(410))
    assert.strictEqual(outcome._tag, "Gone")
  })
)

it.live("is the last when a day is over", () =>
  Effect.gen(function* () {
    const since = (yield* Clock.currentTimeMillis) - day
    const { outcome } = yield* attempt(answering(500), { since })
    assert.deepStrictEqual(outcome, { _tag: "Dead", status: 500, error: "the receiver answered 500" })
  })
)

it.live("honours Retry-After of 429 and 503 alone", () =>
  Effect.gen(function* () {
    const pause = Effect.fnUntraced(function* (status: number) {
      const { now, outcome } = yield* attempt(answering(status, { "retry-after": "600" }))
      return outcome._tag === "Failed" ? outcome.nextAt - now : 0
    })
    assert.isAtLeast(yield* pause(429), 600_000)
    assert.isAtLeast(yield* pause(503), 600_000)
    assert.isBelow(yield* pause(500), 10_000)
  })
)

it.live("that cannot even be made is a failure, told in the log", () => {
  const lines: Array<string> = []
  const logger = Logger.make(({ message }) => void lines.push(String(message)))
  return Effect.gen(function* () {
    const { outcome } = yield* attempt(answering(200), { id: "line\nbreak" })
    assert.strictEqual(outcome._tag, "Failed")
    assert.strictEqual(lines.length, 1)
  }).pipe(Effect.provide(Logger.layer([logger])))
})
