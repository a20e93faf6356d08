/** What may stand in the path and the query of a request; every form is checked before anything is asked of a provider. */
import * as DurationText from "@opwatch/core/DurationText"
import { OperationState } from "@opwatch/core/OperationState"
import { OperationId, SourceName } from "@opwatch/core/Reference"
import * as Timestamp from "@opwatch/core/Timestamp"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaTransformation from "effect/SchemaTransformation"

export const operationPath = "/v1/operations/:source/:id"

/** The name of a source; those that the server knows are at `/v1/sources`. */
export const source = SourceName.annotate({ description: "The name of a source: /v1/sources has those that there are" })

export const operationParams = {
  source,
  id: OperationId.annotate({ description: "The id of the operation at its provider" })
}

interface Form {
  /** In words, for messages too. */
  readonly form: string
  /** What every text of the form matches, with the flag `u`, as documents can have it then. */
  readonly pattern: RegExp
}

/** A value written as text. */
const written = <S extends Schema.Constraint>(
  to: S,
  { form, pattern }: Form,
  parse: (text: string) => Option.Option<S["Encoded"]>,
  print: (value: S["Encoded"]) => string
) =>
  Schema.String.check(Schema.isPattern(pattern, { expected: form, description: form })).pipe(
    Schema.decodeTo(
      to,
      SchemaTransformation.transformEffect({
        decode: (text, options) =>
          Option.match(parse(text), {
            onNone: () => Effect.fail(new SchemaIssue.InvalidValue({ expected: form }, text, options)),
            onSome: Effect.succeed
          }),
        encode: (value) => Effect.succeed(print(value))
      })
    )
  )

/** On the way out in milliseconds, so that nothing is rounded. */
const DurationParameter = written(
  Schema.Duration,
  DurationText,
  DurationText.parse,
  (duration) => `${Math.round(Duration.toMillis(duration))}ms`
)

/** `0s` asks the provider now. Without it anything known will do. */
export const maxAge = Schema.optionalKey(DurationParameter)

const longestWait = Duration.minutes(10)

export const defaultWait = Duration.seconds(30)

/** How long a request may wait: `defaultWait` unless told otherwise. */
export const timeout = Schema.optionalKey(
  DurationParameter.check(
    Schema.makeFilter((duration) => Duration.isLessThanOrEqualTo(duration, longestWait), {
      expected: `a duration of at most ${DurationText.format(longestWait)}; ask again to wait longer`
    })
  )
)

const cheapest = Duration.millis(100)
const dearest = Duration.days(1)

/** How much lateness one poll is worth. */
export const price = Schema.optionalKey(
  DurationParameter.check(
    Schema.makeFilter((duration) => Duration.between(duration, { minimum: cheapest, maximum: dearest }), {
      expected: `a duration from ${DurationText.format(cheapest)} to ${DurationText.format(dearest)}`
    })
  )
)

const truth = written(
  Schema.Boolean,
  { form: "true or false", pattern: /^(true|false)$/u },
  (text) => (text === "true" || text === "false" ? Option.some(text === "true") : Option.none()),
  String
)

/** Where a stream of events goes on. */
export const lastEventId = Schema.optionalKey(
  Schema.String.annotate({ description: "The id of the last event that the client has: those after it come" })
)

/** Also what does not end a stream of events: polls that failed and are tried again. */
export const setbacks = Schema.optionalKey(truth)

/** Of digits alone. */
const number = (text: string): Option.Option<number> => Option.some(Number(text))

export const defaultPageSize = 1_000

/** Entries on a page, from 1 to a power of ten. */
export const pageSizeUpTo = (largest: 1_000 | 10_000) => {
  const pattern = new RegExp(`^([1-9]\\d{0,${String(largest).length - 2}}|${largest})$`, "u")
  return Schema.optionalKey(
    written(Schema.Int, { form: `a whole number from 1 to ${largest}`, pattern }, number, String)
  )
}

/** Steps on a page: `defaultPageSize` unless told otherwise. */
export const pageSize = pageSizeUpTo(10_000)

const nextPageToken = "a nextPageToken of an earlier page, as it came"
export const pageTokenForm = { expected: nextPageToken, description: nextPageToken }

/** Where a page begins; clients take it from `nextPageToken` as it is. */
export const pageToken = Schema.optionalKey(Schema.String.check(Schema.isPattern(/^[1-9]\d{0,14}$/u, pageTokenForm)))

/** The form of a time, for patterns; it may not exist all the same. */
export const time = "\\d{4}-\\d\\d-\\d\\d[Tt ]\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?([Zz]|[+-]\\d\\d:\\d\\d)"

const moment = Schema.optionalKey(
  written(
    Timestamp.Timestamp,
    { form: "a time such as 2024-05-06T07:08:09Z", pattern: new RegExp(`^${time}$`, "u") },
    Timestamp.fromRfc3339,
    (time) => time
  )
)

/** A condition of lists and streams. */
export const state = Schema.optionalKey(OperationState.annotate({ description: "The state of the operation" }))

/** A condition of lists and streams. */
export const kind = Schema.optionalKey(
  Schema.String.annotate({ description: "What the operation does, as its `kind` has it" })
)

/** The conditions of a list, which must all hold. */
export const listQuery = {
  state,
  done: Schema.optionalKey(truth),
  kind,
  since: moment,
  until: moment,
  finishedSince: moment,
  finishedUntil: moment,
  resource: Schema.optionalKey(
    Schema.String.annotate({ description: "The path of what it works on, such as compute/instances/<id>" })
  ),
  order: Schema.optionalKey(
    Schema.Literals(["newest", "oldest"]).annotate({
      description: "Which come first, by submission: the newest unless told"
    })
  ),
  limit: Schema.optionalKey(
    written(Schema.Int, { form: "a whole number, 1 or more", pattern: /^[1-9]\d{0,14}$/u }, number, String)
  )
}
