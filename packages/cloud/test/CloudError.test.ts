import { assert, describe, expect, it } from "@effect/vitest"
import * as FieldReader from "@opwatch/core/FieldReader"
import { isRetryable, ProviderError, type Reason } from "@opwatch/core/ProviderError"
import { SourceName } from "@opwatch/core/Reference"
import type { Judgement } from "@opwatch/rest/RestClient"
import * as Schema from "effect/Schema"
import { judge } from "../src/CloudError.ts"
import { AnyRefusal } from "./AnyAnswer.ts"

const refusal = (status: number, body?: Schema.Json, retryAfterMillis?: number) =>
  judge({ status, body, retryAfterMillis })

/** Fails where a field is not what an error of a request can hold. */
const made = (judgement: Judgement) =>
  new ProviderError({
    source: SourceName.make("s"),
    message: "as the status says",
    ...FieldReader.present({ ...judgement })
  })

describe("an error of the cloud", () => {
  const codes: ReadonlyArray<readonly [number, string, number, Reason["_tag"], retryable: boolean]> = [
    [1, "CANCELLED", 499, "Rejected", false],
    [2, "UNKNOWN", 500, "Unavailable", true],
    [3, "INVALID_ARGUMENT", 400, "Rejected", false],
    [4, "DEADLINE_EXCEEDED", 504, "Unavailable", true],
    [5, "NOT_FOUND", 404, "OperationNotFound", false],
    [6, "ALREADY_EXISTS", 409, "Rejected", false],
    [7, "PERMISSION_DENIED", 403, "Forbidden", false],
    [8, "RESOURCE_EXHAUSTED", 429, "Throttled", true],
    [9, "FAILED_PRECONDITION", 400, "Rejected", false],
    [10, "ABORTED", 409, "Rejected", false],
    [11, "OUT_OF_RANGE", 400, "Rejected", false],
    [12, "UNIMPLEMENTED", 501, "Unsupported", false],
    [13, "INTERNAL", 500, "Unavailable", true],
    [14, "UNAVAILABLE", 503, "Unavailable", true],
    [15, "DATA_LOSS", 500, "Rejected", false],
    [16, "UNAUTHENTICATED", 401, "Unauthenticated", false]
  ]

  it.each(codes)(
    "of code %d is %s (HTTP %d) and so %s, worth another poll: %s",
    (code, name, status, reason, retryable) => {
      const judgement = refusal(status, { code, message: "As it was said", details: [] })
      expect(judgement).toMatchObject({ reason: { _tag: reason }, code: name, message: `As it was said (${name})` })
      assert.strictEqual(isRetryable(made(judgement)), retryable)
    }
  )

  it.each(codes)("of code %d decides against the status of a gateway", (code, _, __, reason) => {
    for (const status of [400, 404, 500, 503]) assert.strictEqual(refusal(status, { code }).reason._tag, reason)
  })

  it.each([
    [{ code: 0 }, 503, "Unavailable"],
    [{ code: 503, message: "Down" }, 503, "Unavailable"],
    [{ code: 77 }, 429, "Throttled"],
    [{ code: "busy", message: "Down" }, 403, "Forbidden"],
    [{ message: "Down" }, 404, "OperationNotFound"],
    [{}, 401, "Unauthenticated"],
    [null, 400, "Rejected"],
    ["text", 500, "Unavailable"],
    [{ error: "invalid_grant", error_description: "no" }, 400, "Rejected"]
  ] as ReadonlyArray<readonly [Schema.Json, number, string]>)(
    "that has no code of its own in %j is told by status %d: %s",
    (body, status, reason) => assert.strictEqual(refusal(status, body).reason._tag, reason)
  )

  it("is found within what some gateways wrap around it", () => {
    const details = [{ "@type": "type.googleapis.com/google.rpc.RequestInfo", requestId: "r-1" }]
    for (const name of ["grpcCode", "code"]) {
      const body = { error: { [name]: 16, httpCode: 401, message: "Unknown api key", details } }
      expect(refusal(401, body)).toMatchObject({
        reason: { _tag: "Unauthenticated" },
        code: "UNAUTHENTICATED",
        message: "Unknown api key (UNAUTHENTICATED)",
        requestId: "r-1"
      })
    }
    expect(refusal(503, { error: { message: "Down" } })).toMatchObject({
      reason: { _tag: "Unavailable" },
      message: "Down"
    })
  })

  it("keeps the pause that was asked for, and takes the body's word over the header's", () => {
    const info = { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "3.5s" }
    const pauses = [
      refusal(429, { code: 8, details: [info] }, 1_000),
      refusal(429, { code: 8 }, 1_000),
      refusal(503, { code: 14, details: [info] }),
      refusal(503, undefined, 1_000)
    ].map(({ reason }) => ("retryAfterMillis" in reason ? reason.retryAfterMillis : undefined))
    assert.deepStrictEqual(pauses, [3_500, 1_000, 3_500, 1_000])
    assert.notProperty(refusal(429, { code: 8 }).reason, "retryAfterMillis")
  })

  it("says what to do about it", () => {
    const hints = [
      refusal(404, { code: 5 }),
      refusal(401, { code: 16 }),
      refusal(403, { code: 7 }),
      refusal(404),
      refusal(500, { code: 13 }),
      refusal(502)
    ].map(({ hint }) => hint)
    expect(hints).toMatchInlineSnapshot(`
      [
        "ids do not cross between installations (cloud, cloud-kz), and old operations are forgotten",
        "IAM tokens live at most 12 hours: get a new one, and use it on the installation it is from",
        "the credential was recognised; its account may not see this operation",
        "the answer is not the API's: check the url of this source",
        undefined,
        undefined,
      ]
    `)
  })

  it.prop(
    "of any body and status can be made an error of a request",
    [AnyRefusal, Schema.Literals([300, 400, 401, 403, 404, 409, 429, 500, 503])],
    ([body, status]) => {
      const judgement = refusal(status, body)
      assert.strictEqual(made(judgement).reason._tag, judgement.reason._tag)
    },
    { arbitrary: { runs: 3_000 } }
  )
})
