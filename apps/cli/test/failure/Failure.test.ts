import { assert, describe, it } from "@effect/vitest"
import * as ProviderError from "@opwatch/core/ProviderError"
import { InvalidReference, UnknownSource } from "@opwatch/core/Reference"
import { ConfigurationError } from "@opwatch/sources/ConfigurationError"
import * as Failure from "../../src/failure/Failure.ts"
import { refusal } from "../InMemoryProvider.ts"

const told = (error: Failure.Foreign) => Failure.render(Failure.from(error), false).split("\n")

const invalid = (input: string, expected: string) => new InvalidReference({ input, expected })

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
  ] as const)("has the exit code of $_tag, and says which source it is about", (reason, exitCode) => {
    const error = refusal("cloud", "a", reason)
    const { id: _, ...ofNone } = error
    assert.strictEqual(Failure.from(error).exitCode, exitCode)
    assert.match(told(error)[0] ?? "", /^opwatch: cloud\/a: ./)
    assert.match(told(new ProviderError.ProviderError({ ...ofNone, message: "no" }))[0] ?? "", /^opwatch: cloud: ./)
  })

  it.each([
    invalid("x", "y"),
    new UnknownSource({ source: "x", known: [] }),
    new ConfigurationError({ message: "wrong" })
  ])("takes $_tag for a wrong command line", (error) => {
    assert.strictEqual(Failure.from(error).exitCode, 2)
  })

  it("tells people what, why, what to do and the ids for support, with nothing raw in it", () => {
    const failure = new Failure.Failure({
      code: "Forbidden",
      message: "no\u001b[2J\nway",
      why: "be\u202ecause",
      exitCode: 5,
      ref: "cloud/a",
      hint: "ask\rfor access",
      requestId: "r-1",
      traceId: "t-1"
    })
    assert.deepStrictEqual(Failure.render(failure, false).split("\n"), [
      "opwatch: cloud/a: no\\u001b[2J\\nway",
      "  be\\u202ecause",
      "  ask\\rfor access",
      "  for the provider's support: request id r-1, trace id t-1",
      ""
    ])
  })

  it("tells scripts the same on a line of JSON, with what and why in one sentence", () => {
    const error = refusal("cloud", "a", new ProviderError.Forbidden(), { requestId: "r-1", hint: "ask" })
    const written = Failure.render(Failure.from(error), true)
    assert.deepStrictEqual(JSON.parse(written), {
      error: {
        code: "Forbidden",
        message: "this is not allowed: cloud says Forbidden",
        ref: "cloud/a",
        hint: "ask",
        requestId: "r-1"
      }
    })
    assert.strictEqual(written.indexOf("\n"), written.length - 1)
  })

  it("leaves what a provider's adapter advises as it is, and else has advice of its own", () => {
    const advised = refusal("cloud", "a", new ProviderError.Unavailable({}), { hint: "do that" })
    assert.deepStrictEqual(told(advised), [
      "opwatch: cloud/a: the provider is not available",
      "  cloud says Unavailable",
      "  do that",
      ""
    ])
    const [, , hint] = told(refusal("cloud", "a", new ProviderError.Unavailable({})))
    assert.strictEqual(hint, "  ask again later; `opwatch doctor cloud` finds out what is in the way")
  })

  it("says of throttling when it passes, where the provider says so", () => {
    const throttled = (reason: ProviderError.Throttled) => told(refusal("toloka", "a", reason))[2]
    const known = throttled(new ProviderError.Throttled({ retryAfterMillis: 4_000 }))
    assert.strictEqual(known, "  this passes by itself: ask again in 4s, or let `opwatch wait` do so")
    assert.match(throttled(new ProviderError.Throttled({})) ?? "", /ask again a little later/)
  })

  it("says of opwatch's own refusals no more than they say themselves", () => {
    const unsupported = refusal("toloka", "a", new ProviderError.Unsupported(), { hint: "it goes on" })
    assert.deepStrictEqual(told(unsupported), ["opwatch: toloka/a: toloka says Unsupported", "  it goes on", ""])
  })

  it("asks whether another source was meant", () => {
    const known = ["toloka", "cloud", "cloud-kz"]
    assert.deepStrictEqual(told(new UnknownSource({ source: "tolka", known })), [
      'opwatch: there is no source "tolka"',
      "  the known ones are toloka, cloud, cloud-kz",
      "  did you mean toloka?",
      ""
    ])
    const [, , hint] = told(new UnknownSource({ source: "elsewhere", known }))
    assert.strictEqual(hint, "  `opwatch sources` tells about them")
  })

  it.each([
    ["toloka/a:cancel", "  to cancel it: opwatch cancel toloka/a"],
    ["https://elsewhere.test/operations/a", "  `opwatch sources` shows the URLs of the known ones"],
    ["toloka.dev/api/v1/operations/a", "  if that is a URL: https://toloka.dev/api/v1/operations/a"],
    ["Toloka_Sandbox/A_b", "  did you mean toloka-sandbox/A_b?"],
    ["a b", "  as in toloka/57068577e4b0bf7b07a0256f, or the whole URL of an operation"]
  ])("says what would be right in place of %j", (input, hint) => {
    assert.deepStrictEqual(told(invalid(input, "expected")), [
      `opwatch: "${input}" is not a reference to an operation`,
      "  expected",
      hint,
      ""
    ])
  })

  it("tells those that differ in nothing but their references together", () => {
    const down = (id: string) =>
      Failure.from(refusal("cloud", id, new ProviderError.Unavailable({}), { requestId: id }))
    const other = Failure.from(refusal("toloka", "x", new ProviderError.Unsupported()))
    const [a, b, c, d] = [down("a"), down("b"), down("c"), down("d")]
    assert.deepStrictEqual(Failure.renderAll([a, other, b, a]).split("\n"), [
      "opwatch: cloud/a, cloud/b: the provider is not available",
      "  cloud says Unavailable",
      "  ask again later; `opwatch doctor cloud` finds out what is in the way",
      "  for the provider's support: request id a, request id b",
      "opwatch: toloka/x: toloka says Unsupported",
      ""
    ])
    assert.match(Failure.renderAll([a, b, c, d]), /^opwatch: cloud\/a, cloud\/b, cloud\/c and 1 more: the provider/)
    assert.strictEqual(Failure.renderAll([]), "")
  })
})
