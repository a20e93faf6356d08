import { assert, describe, expect, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import * as FieldReader from "@opwatch/core/FieldReader"
import { ProviderError } from "@opwatch/core/ProviderError"
import { SourceName } from "@opwatch/core/Reference"
import type { Judgement } from "@opwatch/rest/RestClient"
import { judge } from "../src/TolokaError.ts"
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

describe("an error of Toloka", () => {
  it.each([
    [400, "VALIDATION_ERROR", "Rejected"],
    [401, "AUTHENTICATION_ERROR", "Unauthenticated"],
    [403, "AUTHENTICATION_ERROR", "Unauthenticated"],
    [403, "OAUTH_AUTHENTICATION_ERROR", "Unauthenticated"],
    [403, "ACCESS_DENIED", "Forbidden"],
    [404, "DOES_NOT_EXIST", "OperationNotFound"],
    [404, "NOT_FOUND", "OperationNotFound"],
    [405, "METHOD_NOT_ALLOWED", "Unsupported"],
    [406, "NOT_ACCEPTABLE", "Rejected"],
    [409, "CONFLICT_STATE", "Rejected"],
    [409, "OPERATION_ALREADY_EXISTS", "Rejected"],
    [404, "OPERATION_LOGS_ARCHIVED", "Unsupported"],
    [409, "OPERATION_LOGS_ARCHIVED", "Unsupported"],
    [413, "ENTITY_TOO_LARGE", "Rejected"],
    [429, "TOO_MANY_REQUESTS", "Throttled"],
    [500, "INTERNAL_ERROR", "Unavailable"],
    [502, "REMOTE_SERVICE_UNAVAILABLE", "Unavailable"],
    [503, "REMOTE_SERVICE_UNAVAILABLE", "Unavailable"],
    [503, "SOMETHING_NEW", "Unavailable"],
    [403, "constructor", "Forbidden"],
    [500, "__proto__", "Unavailable"]
  ])("of status %d and code %s is %s", (status, code, reason) => {
    const judgement = refusal(status, { request_id: "r-1", code, message: "As it was said" })
    assert.strictEqual(judgement.reason._tag, reason)
    expect(judgement).toMatchObject({ code, message: `As it was said (${code})`, requestId: "r-1" })
    made(judgement)
  })

  it("keeps the pause that was asked for", () => {
    assert.propertyVal(refusal(429, { code: "TOO_MANY_REQUESTS" }, 3_000).reason, "retryAfterMillis", 3_000)
    assert.propertyVal(refusal(503, undefined, 3_000).reason, "retryAfterMillis", 3_000)
    assert.notProperty(refusal(429, { code: "TOO_MANY_REQUESTS" }).reason, "retryAfterMillis")
  })

  it("is told by its status alone where the body tells nothing", () => {
    for (const body of [undefined, null, [], "no", {}, { code: 5, message: null, request_id: {} }]) {
      const judgement = refusal(403, body)
      assert.strictEqual(judgement.reason._tag, "Forbidden")
      assert.deepStrictEqual(
        [judgement.code, judgement.message, judgement.requestId],
        [undefined, undefined, undefined]
      )
    }
    assert.strictEqual(refusal(400, { message: "As it was said" }).message, "As it was said")
  })

  it("says what to do about it", () => {
    const hints = [
      refusal(401, { code: "AUTHENTICATION_ERROR" }),
      refusal(403, { code: "ACCESS_DENIED" }),
      refusal(404, { code: "NOT_FOUND" }),
      refusal(404, { code: "OPERATION_LOGS_ARCHIVED" }),
      refusal(404, { code: "DOES_NOT_EXIST" }),
      refusal(500)
    ].map(({ hint }) => hint)
    expect(hints).toMatchInlineSnapshot(`
      [
        "check the token, and whether it is an OAuth token or an API key",
        "the credential was recognised; its account may not see this operation",
        "Toloka has no such address: check the url of this source",
        "logs are kept for a month; ask the provider's support for older ones",
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
