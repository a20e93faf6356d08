import { assert, describe, it } from "@effect/vitest"
import { Owner } from "@opwatch/core/Tracking"
import * as Timestamp from "@opwatch/core/Timestamp"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { hash } from "node:crypto"
import * as ApiKey from "../src/ApiKey.ts"
import * as KeyIssue from "../src/KeyIssue.ts"
import { issue } from "./Samples.ts"

const now = Timestamp.Timestamp.make("2026-05-06T07:08:09Z")
const isOwner = Schema.is(Owner)

describe("KeyIssue", () => {
  it.prop("names keys as owners of what is tracked are named", [ApiKey.KeyName], ([name]) => {
    assert.isTrue(isOwner(name))
  })

  it("makes keys that differ, and keeps the SHA-256 of their text", () => {
    const texts = new Set<string>()
    for (let index = 0; index < 100; index += 1) {
      const [, { key, secret }] = Result.getOrThrow(
        KeyIssue.issue([], { name: "a", scopes: ["read"], rotate: false }, now)
      )
      const text = Redacted.value(secret)
      assert.isTrue(ApiKey.isKey(text))
      assert.strictEqual(Buffer.from(text.slice(4), "base64url").length, 32)
      assert.strictEqual(key.hash, `sha256:${hash("sha256", text, "hex")}`)
      texts.add(text)
    }
    assert.strictEqual(texts.size, 100)
  })

  it("replaces a key in its place, with an end of its own or none", () => {
    const [a, b] = [issue("a", { expiresAt: now, maxTracked: 3 }).key, issue("b").key]
    const [keys, { key }] = Result.getOrThrow(
      KeyIssue.issue([a, b], { name: "a", scopes: ["admin"], rotate: true }, now)
    )
    assert.deepStrictEqual(keys, [key, b])
    assert.deepStrictEqual(key, { name: "a", hash: key.hash, scopes: ["admin"], maxTracked: 3, createdAt: now })
  })

  it("prints no key where it is shown by mistake", () => {
    const { secret, text } = issue("a")
    assert.notInclude(`${String(secret)}${JSON.stringify({ secret })}`, text)
  })
})
