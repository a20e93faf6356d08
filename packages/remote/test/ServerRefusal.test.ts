import { assert, describe, it } from "@effect/vitest"
import * as ServerRefusal from "../src/ServerRefusal.ts"

const address = { url: "http://opwatch.test" }

const problem = (name: string, status: number, more: object = {}) => ({
  status,
  body: { type: `urn:opwatch:problem:${name}`, status, title: "?", detail: `it is ${name}`, ...more }
})

const pause = { retryAfterSeconds: 3 }

describe("ServerRefusal", () => {
  it.each([
    [problem("not-tracked", 404), "OperationNotFound", "it is not-tracked"],
    [problem("too-many-tracked", 403), "Forbidden", "it is too-many-tracked"],
    [problem("scope-missing", 403, { scope: "track" }), "Forbidden", "it is scope-missing"],
    [problem("webhook-refused", 400, { reason: "url" }), "InvalidQuery", "it is webhook-refused"],
    [problem("webhooks-unavailable", 501), "Unsupported", "it is webhooks-unavailable"],
    [problem("store-unavailable", 503, pause), "Unavailable", "failed: it is store-unavailable"],
    [problem("not-ready", 503), "Unavailable", "failed: it is not-ready"],
    [problem("answer-too-late", 504), "Unavailable", "failed: it is answer-too-late"],
    [problem("too-many-streams", 429, pause), "Throttled", "refuses: it is too-many-streams"],
    [problem("too-many-attempts", 429, pause), "Throttled", "refuses: it is too-many-attempts"],
    [problem("body-too-large", 413), "Forbidden", "refuses: it is body-too-large"],
    [problem("of-another-time", 404), "MalformedAnswer", "http://opwatch.test answered with status 404"]
  ] as const)("reads %j as %s, of the server", (refusal, reason, message) => {
    const judgement = ServerRefusal.judge(address, refusal)
    assert.strictEqual(judgement.reason._tag, reason)
    assert.isTrue(judgement.message.endsWith(message), judgement.message)
    assert.strictEqual(judgement.server, address.url)
    const asked = "retryAfterSeconds" in refusal.body ? 3_000 : undefined
    const { retryAfterMillis } = { retryAfterMillis: undefined, ...judgement.reason }
    assert.strictEqual(retryAfterMillis, asked)
  })
})
