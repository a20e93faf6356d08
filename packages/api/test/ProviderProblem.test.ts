import { assert, describe, it } from "@effect/vitest"
import { Forbidden, InvalidQuery, ProviderError, Throttled, Unavailable } from "@opwatch/core/ProviderError"
import * as Reference from "@opwatch/core/Reference"
import * as Schema from "effect/Schema"
import * as ProviderProblem from "../src/ProviderProblem.ts"

const reference = Reference.make(Reference.SourceName.make("cloud"), Reference.OperationId.make("op-1"))

const encode = Schema.encodeSync(ProviderProblem.ProviderProblem)

describe("ProviderProblem", () => {
  it("names the reference that was asked for, also where the failure does not", () => {
    const error = new ProviderError({
      source: reference.source,
      reason: new Unavailable({}),
      message: "no route to host"
    })
    assert.deepStrictEqual(encode(ProviderProblem.fromError(reference, error)), {
      type: "urn:opwatch:problem:provider-unavailable",
      status: 502,
      title: "The provider did not answer",
      detail: "no route to host",
      ref: "cloud/op-1"
    })
  })

  it("rounds the pause up to whole seconds, and names one where the provider did not", () => {
    const pause = (reason: Throttled) => {
      const error = new ProviderError({ source: reference.source, reason, message: "slow down" })
      const problem = ProviderProblem.fromError(reference, error)
      return problem._tag === "ProviderThrottled" ? problem.retryAfterSeconds : undefined
    }
    assert.strictEqual(pause(new Throttled({ retryAfterMillis: 1_001 })), 2)
    assert.strictEqual(pause(new Throttled({ retryAfterMillis: 1 })), 1)
    assert.strictEqual(pause(new Throttled({})), 5)
  })

  it("says which of two reasons it is, and hands on all ids", () => {
    const error = new ProviderError({
      source: reference.source,
      reason: new Forbidden(),
      message: "no",
      requestId: "req-1",
      traceId: "trace-1"
    })
    assert.deepInclude(encode(ProviderProblem.fromError(reference, error)), {
      reason: "Forbidden",
      requestId: "req-1",
      traceId: "trace-1"
    })
  })

  it("of a list names no reference, and is bad input where the conditions make no sense", () => {
    const failed = (reason: InvalidQuery | Unavailable) =>
      ProviderProblem.fromListError(new ProviderError({ source: reference.source, reason, message: "no" }))
    assert.deepInclude(failed(new InvalidQuery()), { _tag: "BadInput", detail: "no" })
    assert.deepInclude(failed(new Unavailable({})), { _tag: "ProviderUnavailable", detail: "no" })
    assert.notProperty(failed(new Unavailable({})), "ref")
  })

  it("comes back from the wire as the same problem", () => {
    const unknown = new Reference.UnknownSource({ source: "cloud", known: ["toloka"] })
    const problem = ProviderProblem.fromError(reference, unknown)
    const decoded = Schema.decodeSync(ProviderProblem.ProviderProblem)(encode(problem))
    assert.strictEqual(decoded._tag, "SourceNotFound")
    assert.strictEqual(decoded.detail, unknown.message)
  })
})
