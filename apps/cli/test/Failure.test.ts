import { assert, describe, it } from "@effect/vitest"
import * as ProviderError from "@opwatch/core/ProviderError"
import { InvalidReference, UnknownSource } from "@opwatch/core/Reference"
import { ConfigurationError } from "@opwatch/sources/ConfigurationError"
import * as Failure from "../src/Failure.ts"
import { refusal } from "./InMemoryProvider.ts"

describe("Failure", () => {
  it.each([
    [new ProviderError.Misconfigured(), 2],
    [new ProviderError.InvalidQuery(), 2],
    [new ProviderError.OperationNotFound(), 4],
    [new ProviderError.Unauthenticated(), 5],
    [new ProviderError.Forbidden(), 5],
    [new ProviderError.Throttled({}), 6],
    [new ProviderError.Unavailable({}), 6],
    [new ProviderError.MalformedAnswer(), 6],
    [new ProviderError.Rejected(), 6],
    [new ProviderError.Redirected(), 6],
    [new ProviderError.Unsupported(), 8]
  ] as const)("has the exit code of $_tag", (reason, exitCode) => {
    assert.strictEqual(Failure.from(refusal("cloud", "a", reason)).exitCode, exitCode)
  })

  it.each([
    new InvalidReference({ input: "x", expected: "y" }),
    new UnknownSource({ source: "x", known: [] }),
    new ConfigurationError({ message: "wrong" })
  ])("takes $_tag for a wrong command line", (error) => {
    assert.strictEqual(Failure.from(error).exitCode, 2)
  })

  it("tells people the reference, what to do and the ids for support, with nothing raw in it", () => {
    const failure = new Failure.Failure({
      code: "Forbidden",
      message: "no\u001b[2J\nway",
      exitCode: 5,
      ref: "cloud/a",
      hint: "ask\rfor access",
      requestId: "r-1",
      traceId: "t-1"
    })
    assert.deepStrictEqual(Failure.render(failure, false).split("\n"), [
      "opwatch: cloud/a: no\\u001b[2J\\nway",
      "  ask\\rfor access",
      "  for the provider's support: request id r-1, trace id t-1",
      ""
    ])
  })

  it("tells scripts the same on a line of JSON", () => {
    const error = refusal("cloud", "a", new ProviderError.Forbidden(), { requestId: "r-1" })
    const written = Failure.render(Failure.from(error), true)
    assert.deepStrictEqual(JSON.parse(written), {
      error: { code: "Forbidden", message: "cloud says Forbidden", ref: "cloud/a", requestId: "r-1" }
    })
    assert.strictEqual(written.indexOf("\n"), written.length - 1)
  })
})
