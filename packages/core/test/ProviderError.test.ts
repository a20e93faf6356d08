import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import * as Errors from "../src/ProviderError.ts"
import { error, source } from "./Samples.ts"

const passing: ReadonlyArray<Errors.Reason> = [
  new Errors.Throttled({ retryAfterMillis: 3_000 }),
  new Errors.Throttled({}),
  new Errors.Unavailable({ retryAfterMillis: 500 }),
  new Errors.Unavailable({}),
  new Errors.MalformedAnswer()
]
const lasting: ReadonlyArray<Errors.Reason> = [
  new Errors.OperationNotFound(),
  new Errors.Unauthenticated(),
  new Errors.Forbidden(),
  new Errors.Unsupported(),
  new Errors.Rejected(),
  new Errors.InvalidQuery(),
  new Errors.Redirected(),
  new Errors.Misconfigured()
]

describe("ProviderError", () => {
  it.each(passing)("is worth another try when $_tag", (reason) => assert.isTrue(Errors.isRetryable(error(reason))))

  it.each(lasting)("is not worth another try when $_tag", (reason) => assert.isFalse(Errors.isRetryable(error(reason))))

  it("is tried here in every reason there is", () => {
    const tried = new Set([...passing, ...lasting].map(({ _tag }) => _tag))
    assert.strictEqual(tried.size, Errors.Reason.members.length)
  })

  it("carries the pause that the provider asked for, and none where it did not", () => {
    const pauses = [...passing, ...lasting].map((reason) => Duration.toMillis(Errors.retryAfter(error(reason))))
    assert.deepStrictEqual(pauses, [3_000, 0, 500, 0, 0, ...lasting.map(() => 0)])
  })

  it("names the operation that it is about, where it is about one", () => {
    assert.strictEqual(error(new Errors.Forbidden()).ref, "toloka/op-1")
    const general = new Errors.ProviderError({ source, reason: new Errors.Forbidden(), message: "no" })
    assert.isUndefined(general.ref)
  })

  it("is an error that says what the provider said", () => {
    const failure = error(new Errors.Unavailable({}))
    assert.instanceOf(failure, Error)
    assert.strictEqual(failure.message, "as the provider said")
  })

  it.prop("comes back whole from JSON", [Errors.ProviderError], ([failure]) => {
    const json: unknown = JSON.parse(JSON.stringify(Schema.encodeSync(Errors.ProviderError)(failure)))
    const back = Schema.decodeUnknownSync(Errors.ProviderError)(json)
    assert.deepStrictEqual(Schema.encodeSync(Errors.ProviderError)(back), json)
    assert.strictEqual(back.reason._tag, failure.reason._tag)
  })
})
