import { assert, it } from "@effect/vitest"
import * as Result from "effect/Result"
import { parse } from "../src/Destination.ts"

it.each([
  "ftp://example.com/",
  "file:///etc/passwd",
  "javascript:alert(1)",
  "/hook",
  "",
  "http://",
  "https://user:pass@example.com/",
  "https://user@example.com/",
  `https://example.com/${"a".repeat(2100)}`
])("%j is no place for webhooks, wherever they may go", (text) => {
  assert.isTrue(Result.isFailure(parse(text, true)))
})

it.each([
  "http://127.0.0.1/",
  "http://127.1/",
  "http://2130706433/",
  "http://0x7f.0.0.1/",
  "http://0177.0.0.1/",
  "http://[::1]:8080/",
  "http://[::ffff:10.0.0.1]/",
  "http://[::ffff:a9fe:a9fe]/latest/meta-data",
  "http://169.254.169.254/latest/meta-data",
  "http://0.0.0.0/",
  "http://0/",
  "http://localhost/",
  "http://LOCALHOST:9200/",
  "http://localhost./",
  "http://app.localhost/"
])("%j is refused as it is written, unless private places are allowed", (text) => {
  const refused = parse(text, false)
  assert.isTrue(Result.isFailure(refused))
  assert.isTrue(Result.isSuccess(parse(text, true)))
})

it("gives a URL in one form, without fragment", () => {
  assert.deepStrictEqual(
    parse("HTTPS://Example.com:443/a b?k=v#part", false),
    Result.succeed("https://example.com/a%20b?k=v")
  )
  assert.deepStrictEqual(parse("http://example.com:8080", false), Result.succeed("http://example.com:8080/"))
})
