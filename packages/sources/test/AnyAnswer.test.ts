import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Cloud from "@opwatch/cloud/Cloud"
import * as IamService from "@opwatch/cloud/IamService"
import { LogStep } from "@opwatch/core/LogStep"
import { Operation, type ProviderName } from "@opwatch/core/Operation"
import type { Provider } from "@opwatch/core/Provider"
import { ProviderError } from "@opwatch/core/ProviderError"
import { OperationId, SourceName } from "@opwatch/core/Reference"
import * as Authorization from "@opwatch/rest/Authorization"
import type { IssuedToken } from "@opwatch/rest/Token"
import * as Toloka from "@opwatch/toloka/Toloka"

/** Cases in all, besides those that the adapters' own tests make of their mappings; the campaign has rounds of more. */
const cases = Number(process.env["OPWATCH_CASES"] ?? 4_000)

/** Without one, chance has a new one each time; a failure names it. */
const seed = process.env["OPWATCH_SEED"]

const Word = Schema.Literals([
  "op-1",
  "",
  "RUNNING",
  "SUCCESS",
  "FAIL",
  "TASK.BATCH_CREATE",
  "VALIDATION_ERROR",
  "DOES_NOT_EXIST",
  "2024-05-06T07:08:09.123",
  "2024-13-06T07:08:09Z",
  "0001-01-01T00:00:00Z",
  "9999-12-31T23:59:59.999999999Z",
  "1e400",
  "constructor",
  "__proto__",
  "type.googleapis.com/yandex.cloud.compute.v1.CreateInstanceMetadata",
  "type.googleapis.com/google.rpc.RetryInfo",
  "type.googleapis.com/yandex.cloud.quota.QuotaFailure",
  "3.5s"
])
const Plain = Schema.Union([Word, Schema.Literals([0, -1, 1, 1.5, 8, 16, 100, 2 ** 53, true, false]), Schema.Null])

const names = [
  "id",
  "status",
  "type",
  "submitted",
  "finished",
  "progress",
  "parameters",
  "details",
  "total_count",
  "success_count",
  "success",
  "input",
  "output",
  "code",
  "message",
  "payload",
  "items",
  "has_more",
  "done",
  "createdAt",
  "modifiedAt",
  "metadata",
  "@type",
  "instanceId",
  "error",
  "response",
  "violations",
  "retryDelay",
  "operations",
  "operationLog",
  "nextPageToken",
  "iamToken",
  "expiresAt"
] as const

const withFields = <S extends Schema.Constraint>(value: S) =>
  Schema.Record(Schema.Literals(names), Schema.optionalKey(value))

const Inner = withFields(Plain)
const Middle = withFields(Schema.Union([Plain, Inner, Schema.Array(Inner)]))
const Outer = withFields(Schema.Union([Plain, Middle, Schema.Array(Middle)]))
const AnyJson = Schema.Union([Outer, Schema.Array(Outer).check(Schema.isMaxLength(3)), Schema.Json])
const AnyLog = Schema.Array(Middle).check(Schema.isMaxLength(5))

/** In place of the network: every request is answered with the same body. */
const network = () => {
  let answer: { readonly status: number; readonly text: string } = { status: 200, text: "" }
  const client = HttpClient.make((request) =>
    Effect.succeed(HttpClientResponse.fromWeb(request, new Response(answer.text, { status: answer.status })))
  )
  return {
    layer: Layer.succeed(HttpClient.HttpClient, client),
    answer: (status: number, body: unknown) => {
      answer = { status, text: JSON.stringify(body) ?? "" }
    }
  }
}

const options = {
  source: SourceName.make("any"),
  url: "http://127.0.0.1/",
  endpointsUrl: undefined,
  authorization: Authorization.none,
  rateLimit: { requests: 1_000_000, per: Duration.seconds(1) }
}
const id = OperationId.make("op-1")

const makers: Record<ProviderName, Effect.Effect<Provider, never, HttpClient.HttpClient>> = {
  toloka: Toloka.make(options),
  cloud: Cloud.make(options)
}

const roundTrips = <A, I>(schema: Schema.Codec<A, I>) => {
  const isValid = Schema.is(schema)
  const encode = Schema.encodeSync(schema)
  return (value: A) => {
    assert.isTrue(isValid(value))
    assert.deepStrictEqual(JSON.parse(JSON.stringify(encode(value))), encode(value))
  }
}
const operation = roundTrips(Operation)
const step = roundTrips(LogStep)

/** A value of its schema, or a typed error; never a defect. */
const judge = <A>(check: (value: A) => void, exit: Exit.Exit<ReadonlyArray<A>, unknown>) => {
  if (Exit.isSuccess(exit)) return exit.value.forEach(check)
  const error = Exit.findErrorOption(exit)
  assert.strictEqual(error._tag, "Some", String(exit.cause))
  if (error._tag === "Some") assert.instanceOf(error.value, ProviderError)
}

const groups = 8
const arbitrary = { arbitrary: { runs: Math.ceil(cases / groups), seed }, timeout: 60_000 + cases }

describe.each(["toloka", "cloud"] as const)("any JSON that %s sends gives a value or a typed error", (name) => {
  const { answer, layer } = network()
  const provider = Effect.runSync(Effect.provide(makers[name], layer))

  it.effect.prop(
    "in place of an operation",
    [AnyJson],
    ([body]) =>
      Effect.gen(function* () {
        answer(200, body)
        judge(operation, yield* Effect.exit(Effect.map(provider.get(id), (one) => [one])))
      }),
    arbitrary
  )

  it.effect.prop(
    "in place of a log",
    [Schema.Union([AnyLog, AnyJson])],
    ([body]) =>
      Effect.gen(function* () {
        answer(200, body)
        judge(step, yield* Effect.exit(Stream.runCollect(provider.log(id))))
      }),
    arbitrary
  )

  it.effect.prop(
    "in place of a page of a list",
    [AnyJson],
    ([body]) =>
      Effect.gen(function* () {
        answer(200, body)
        const query = name === "cloud" ? { resource: "compute/instances/one" } : {}
        judge(operation, yield* Effect.exit(Stream.runCollect(Stream.take(provider.list(query), 100))))
      }),
    arbitrary
  )
})

describe("any JSON gives a typed error", () => {
  it.effect.prop(
    "in place of an error body",
    [AnyJson, Schema.Literals([400, 401, 403, 404, 409, 418, 429, 500, 501, 502, 503])],
    ([body, status]) =>
      Effect.gen(function* () {
        for (const make of Object.values(makers)) {
          const { answer, layer } = network()
          answer(status, body)
          const { get } = yield* Effect.provide(make, layer)
          const exit = yield* Effect.exit(get(id))
          assert.isTrue(Exit.isFailure(exit))
          judge(
            operation,
            Exit.map(exit, (one) => [one])
          )
        }
      }),
    arbitrary
  )

  it.effect.prop(
    "or a token in place of a token's answer",
    [AnyJson],
    ([body]) =>
      Effect.gen(function* () {
        const { answer, layer } = network()
        answer(200, body)
        const iam = yield* Effect.provide(IamService.make(options.source, options.url), layer)
        const exit = yield* Effect.exit(iam.fromOauthToken(Redacted.make("y0_any-token")))
        judge(
          ({ expiresAt, token }: IssuedToken) => {
            assert.isTrue(Number.isFinite(expiresAt))
            assert.isNotEmpty(Redacted.value(token))
          },
          Exit.map(exit, (one) => [one])
        )
      }),
    arbitrary
  )
})
