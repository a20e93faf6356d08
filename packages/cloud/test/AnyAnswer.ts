/** JSON that looks like what the cloud sends often enough to get far into the mapping, and is wrong in any way it likes. */
import * as Schema from "effect/Schema"

const Word = Schema.Literals([
  "fhm1",
  "",
  "2024-05-06T07:08:09.123456789Z",
  "2024-13-06T07:08:09Z",
  "12",
  "3.5s",
  "1e400",
  "constructor",
  "toString",
  "__proto__"
])
const Type = Schema.Literals([
  ...["ErrorInfo", "RetryInfo", "QuotaFailure", "PreconditionFailure", "BadRequest", "RequestInfo"].map(
    (name) => `type.googleapis.com/google.rpc.${name}` as const
  ),
  ...["ResourceInfo", "Help", "LocalizedMessage", "DebugInfo"].map((name) => `google.rpc.${name}` as const),
  "type.googleapis.com/yandex.cloud.quota.QuotaFailure",
  "type.googleapis.com/yandex.cloud.compute.v1.CreateInstanceMetadata",
  "yandex.cloud.storage.v1.CreateBucketMetadata",
  "Metadata",
  "constructor",
  "type.googleapis.com/toString",
  "hasOwnProperty",
  "__proto__"
])
const Value = Schema.Union([
  Word,
  Schema.Literals([0, -1, 1, 1.5, 8, 9, 14, 77, 100, 2 ** 53]),
  Schema.Boolean,
  Schema.Json
])

const fields = <const Names extends ReadonlyArray<string>, S extends Schema.Constraint>(names: Names, value: S) =>
  Object.fromEntries(names.map((name) => [name, Schema.optionalKey(value)])) as {
    readonly [Name in Names[number]]: Schema.optionalKey<S>
  }

const Violation = Schema.Struct({
  ...fields(["subject", "description", "field", "type", "url", "required"], Value),
  metric: Schema.optionalKey(Schema.Union([Value, Schema.Struct(fields(["name", "limit", "usage"], Value))]))
})

const Detail = Schema.Union([
  Schema.Struct({
    "@type": Schema.optionalKey(Schema.Union([Type, Value])),
    ...fields(["reason", "domain", "retryDelay", "requestId", "message", "causes", "next"], Value),
    ...fields(["violations", "fieldViolations", "links"], Schema.Union([Value, Schema.Array(Violation)]))
  }),
  Value
])

const Metadata = Schema.Union([
  Schema.Struct({
    "@type": Schema.optionalKey(Schema.Union([Type, Value])),
    ...fields(
      ["instanceId", "id", "name", "currentStep", "totalSteps", "progressPercentage", "progress", "secret"],
      Value
    )
  }),
  Value
])

const ErrorBody = Schema.Union([
  Schema.Struct({
    ...fields(["code", "grpcCode", "message"], Value),
    details: Schema.optionalKey(Schema.Union([Value, Schema.Array(Detail)]))
  }),
  Value
])

export const AnyAnswer = Schema.Union([
  Schema.Struct({
    id: Schema.Union([Schema.Literal("fhm1"), Value]),
    ...fields(["description", "createdAt", "createdBy", "modifiedAt", "done", "response"], Value),
    metadata: Schema.optionalKey(Metadata),
    error: Schema.optionalKey(ErrorBody)
  }),
  Schema.Json
])

export const AnyRefusal = Schema.Union([ErrorBody, Schema.Struct({ error: ErrorBody }), Schema.Undefined])
