/** `docs/schema`, made of the schemas that the program itself goes by, and of shapes that the compiler holds against it. */
import { Cluster } from "@opwatch/core/Cluster"
import { Explanation } from "@opwatch/core/Explanation"
import { optional, required } from "@opwatch/core/Field"
import { KindDurations } from "@opwatch/core/KindDurations"
import { LogStep } from "@opwatch/core/LogStep"
import { Operation, ProviderName } from "@opwatch/core/Operation"
import { ChangeType, Sequence } from "@opwatch/core/Change"
import { SourceName } from "@opwatch/core/Reference"
import { Timestamp } from "@opwatch/core/Timestamp"
import { Owner, type TrackedOperation } from "@opwatch/core/Tracking"
import type { SourceDescription } from "@opwatch/sources/SourceDescription"
import type * as JsonSchema from "effect/JsonSchema"
import * as Record from "effect/Record"
import * as Schema from "effect/Schema"
import type { CheckedSource } from "../src/doctor/Check.ts"
import type { Shown } from "../src/tracking/History.ts"
import type * as SummaryText from "../src/text/SummaryText.ts"

const problem = {
  code: required(Schema.String, "What kind of error it is, such as OperationNotFound or Throttled; stable"),
  message: required(Schema.String, "A sentence for people; it may change"),
  hint: optional(Schema.String, "What to do about it"),
  requestId: optional(Schema.String, "The id of the provider's answer, for its support")
}

const ErrorObject = Schema.Struct({
  error: required(
    Schema.Struct({ ...problem, ref: optional(Schema.String, "The reference of the operation that it is about") }),
    "What went wrong"
  )
})

const Unread = Schema.Struct({
  ref: required(Schema.String, "The reference that was asked for"),
  error: required(Schema.Struct(problem), "Why it could not be read; not why an operation failed")
})

/** A shape that must be the one that the program prints. */
const printed =
  <A>() =>
  <S extends Schema.Schema<A>>(schema: S & (A extends S["Type"] ? unknown : never)): S =>
    schema

/** One of an opwatch server's has its credential and its limits there. */
type Own = "credential" | "rateLimit" | "pollBudget"
type PrintedSource = Omit<SourceDescription, Own> & Partial<Pick<SourceDescription, Own>>

const Rate = Schema.Struct({
  requests: required(Schema.Finite, "So many at most"),
  per: required(Schema.String, "In this time, such as 1s")
})

const Source = printed<PrintedSource>()(
  Schema.Struct({
    source: required(SourceName, "Its name"),
    provider: required(ProviderName, "Whose API it speaks"),
    url: required(Schema.String, "Where its operations are asked for"),
    from: required(Schema.String, "Where it comes from: built in, a configuration file, or both; or an opwatch server"),
    credential: optional(
      Schema.Struct({
        kind: required(
          Schema.Literals([
            "oauth",
            "apiKey",
            "iamToken",
            "auto",
            "serviceAccountKey",
            "metadata",
            "workloadIdentity",
            "none"
          ]),
          "What it goes as"
        ),
        place: optional(Schema.String, "Where it stands"),
        found: optional(Schema.Boolean, "Whether something stands there now; absent where that takes more than a look"),
        problem: optional(Schema.String, "Why it cannot be used, or what surprises people about it"),
        remedy: optional(Schema.String, "What to do about that")
      }),
      "Which one is used, never any part of it; a server tells nothing of its own"
    ),
    rateLimit: optional(Rate, "How fast it is asked; a server tells nothing of its own"),
    pollBudget: optional(Rate, "How much of that polls may take; a server tells nothing of its own"),
    capabilities: required(
      Schema.Struct({
        cancel: required(Schema.Boolean, "Whether it can cancel"),
        list: required(Schema.Boolean, "Whether it can list"),
        log: required(Schema.Boolean, "Whether it keeps logs")
      }),
      "What it can do"
    )
  })
)

const Checked = printed<CheckedSource>()(
  Schema.Struct({
    source: required(Schema.String, "Its name, or the URL of the opwatch server"),
    ok: required(Schema.Boolean, "Whether no check failed; warnings are no failures"),
    checks: required(
      Schema.Array(
        Schema.Struct({
          check: required(
            Schema.Literals([
              "configuration",
              "credential",
              "token",
              "name",
              "connection",
              "tls",
              "answer",
              "access",
              "clock"
            ]),
            "What was looked at"
          ),
          status: required(
            Schema.Literals(["ok", "warning", "failed", "skipped"]),
            "skipped: it depends on another that failed, or there is nothing to look at"
          ),
          detail: required(Schema.String, "What was found"),
          remedy: optional(Schema.String, "What to do about it")
        })
      ),
      "In the order in which they were made"
    )
  })
)

const { raw: _, ...known } = Operation.fields

const compact = {
  ...known,
  resultOmitted: optional(Schema.Literal(true), "There is a result, left out for its size; get has it")
}

const Tracked = printed<TrackedOperation>()(
  Schema.Struct({
    ...compact,
    labels: required(Schema.Record(Schema.String, Schema.String), "What it was tracked with"),
    trackedAt: required(Timestamp, "Since when it is tracked"),
    deadline: optional(Timestamp, "When it should be done by"),
    overdue: optional(Schema.Literal(true), "The deadline passed before it was done")
  })
)

const HistoryChange = printed<Shown>()(
  Schema.Struct({
    ref: required(Schema.String, "The reference of the operation"),
    sequence: required(Sequence, "Its place among all changes; it only grows"),
    type: required(ChangeType, "What happened"),
    at: required(Timestamp, "When the server saw it"),
    operation: required(Schema.Struct(compact), "The operation as it was then"),
    owner: optional(Owner, "The key whose deadline passed, or that asked to cancel")
  })
)

const TrackResult = Schema.Struct({
  ref: required(Schema.String, "The reference of the operation"),
  new: required(Schema.Boolean, "Whether it was not tracked before"),
  webhook: optional(
    Schema.Struct({
      subscription: required(Schema.String, "The id that the server knows it by"),
      secret: optional(Schema.String, "What signs it, where the server made it up: it is told this once")
    }),
    "Where it is tracked with one"
  )
})

const Count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))

const Summary = printed<SummaryText.Summary>()(
  Schema.Struct({
    total: required(Count, "How many are tracked"),
    done: required(Count, "How many of them have ended"),
    succeeded: required(Count, "Those in part included"),
    failed: required(Count, "How many failed"),
    partial: required(Count, "How many succeeded in part"),
    cancelled: required(Count, "How many were cancelled"),
    lost: required(Count, "How many are no longer found")
  })
)

const schemas = {
  operation: [Operation, "An operation, of either provider. A field that is absent is not known."],
  "log-step": [LogStep, "One step of the log of an operation."],
  explanation: [Explanation, "Why an operation is as it is, and what to do next."],
  unread: [Unread, "Stands among several for one that could not be read."],
  error: [ErrorObject, "What went wrong, on standard error, with --output json and ndjson."],
  "tracked-operation": [Tracked, "An operation that an opwatch server keeps watch over."],
  change: [HistoryChange, "Something that happened to a tracked operation."],
  "track-result": [TrackResult, "What became of the wish to track an operation."],
  summary: [Summary, "How far a group of tracked operations is."],
  "kind-durations": [KindDurations, "How long operations of a kind take, and how they are polled for it."],
  cluster: [Cluster, "The servers that share the polls, and what each of them has."],
  source: [Source, "A source, as opwatch sources shows it."],
  "checked-source": [Checked, "What opwatch doctor found out about a source."]
} as const

export type Name = keyof typeof schemas

const dialect = "https://json-schema.org/draft/2020-12/schema"

/** Without what says nothing: that there may be fields besides, and the bounds of integers that every number has. */
const tidy = (schema: JsonSchema.JsonSchema): JsonSchema.JsonSchema =>
  JSON.parse(JSON.stringify(schema), (key, value: unknown) =>
    (key === "additionalProperties" && value === true) ||
    ((key === "minimum" || key === "maximum") && Math.abs(Number(value)) === Number.MAX_SAFE_INTEGER)
      ? undefined
      : value
  )

/** By file name without `.json`. */
export const all: Readonly<Record<Name, JsonSchema.JsonSchema>> = Record.map(schemas, ([schema, description], name) => {
  const { definitions, schema: root } = Schema.toJsonSchemaDocument(schema)
  const [, identifier = ""] = /^#\/\$defs\/(.*)$/.exec(String(root["$ref"])) ?? []
  const { [identifier]: own = root, ...others } = definitions
  return {
    $schema: dialect,
    title: name,
    description,
    ...tidy(own),
    ...(Record.isEmptyRecord(others) ? {} : { $defs: tidy(others) })
  }
})

export const names = Record.keys(all)

/** As it is written. */
export const file = (name: Name): string => `${JSON.stringify(all[name], undefined, 2)}\n`
