import { assert, it } from "@effect/vitest"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import { inspect } from "node:util"
import { Webhook } from "standardwebhooks"
import * as WebhookSecret from "../src/WebhookSecret.ts"

const secretOf = (bytes: number) => `whsec_${Buffer.alloc(bytes, 7).toString("base64")}`

it("signs as the published library of Standard Webhooks verifies", () => {
  const body = JSON.stringify({ id: "7", text: "снова \u2028 ok" })
  const timestamp = Math.floor(Date.now() / 1000)
  for (const secret of [WebhookSecret.generate(), Redacted.make(secretOf(24)), Redacted.make(secretOf(64))]) {
    const headers = {
      "webhook-id": "sub_1_7",
      "webhook-timestamp": String(timestamp),
      "webhook-signature": WebhookSecret.sign(secret, { id: "sub_1_7", timestamp, body })
    }
    const webhook = new Webhook(Redacted.value(secret))
    assert.deepStrictEqual(webhook.verify(body, headers), JSON.parse(body))
    assert.throws(() => webhook.verify(`${body} `, headers))
    assert.throws(() => webhook.verify(body, { ...headers, "webhook-id": "sub_1_8" }))
  }
})

it.each([secretOf(24), secretOf(32), secretOf(64)])("takes a secret of 24 to 64 bytes: %s", (text) => {
  assert.isTrue(Result.isSuccess(WebhookSecret.parse(Redacted.make(text))))
})

it.each([
  "",
  "whsec_",
  "secret",
  secretOf(23),
  secretOf(65),
  secretOf(32).slice("whsec_".length),
  `${secretOf(24)}!`,
  secretOf(32).replace(/=+$/, ""),
  ` ${secretOf(24)}`
])("refuses %j without repeating it", (text) => {
  const refused = WebhookSecret.parse(Redacted.make(text))
  assert.isTrue(Result.isFailure(refused))
  if (text.length > 6) assert.notInclude(JSON.stringify(refused), text)
})

it("makes secrets that are never the same and do not show", () => {
  const [one, other] = [WebhookSecret.generate(), WebhookSecret.generate()]
  assert.notStrictEqual(Redacted.value(one), Redacted.value(other))
  assert.isTrue(Result.isSuccess(WebhookSecret.parse(one)))
  assert.notInclude(`${String(one)}${JSON.stringify({ one })}${inspect(one)}`, Redacted.value(one))
})
