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
export const operationParams = { source: SourceName, id: OperationId }

/** A value written as text; `form` says how, in messages too. */
const written = <S extends Schema.Constraint>(
  to: S,
  form: string,
  parse: (text: string) => Option.Option<S["Encoded"]>,
  print: (value: S["Encoded"]) => string
) =>
  Schema.String.annotate({ description: form }).pipe(
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
  DurationText.form,
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

const truth = written(
  Schema.Boolean,
  "true or false",
  (text) => (text === "true" || text === "false" ? Option.some(text === "true") : Option.none()),
  String
)

/** Also what does not end a stream of events: polls that failed and are tried again. */
export const setbacks = Schema.optionalKey(truth)

const wholeNumber = (text: string): Option.Option<number> =>
  /^\d{1,15}$/.test(text) ? Option.some(Number(text)) : Option.none()

export const defaultPageSize = 1_000

/** Entries on a page, from 1 to so many. */
export const pageSizeUpTo = (largest: number) =>
  Schema.optionalKey(
    written(
      Schema.Int,
      `a whole number from 1 to ${largest}`,
      (text) => Option.filter(wholeNumber(text), (size) => size >= 1 && size <= largest),
      String
    )
  )

/** Steps on a page: `defaultPageSize` unless told otherwise. */
export const pageSize = pageSizeUpTo(10_000)

/** Where a page begins; clients take it from `nextPageToken` as it is. */
export const pageToken = Schema.optionalKey(
  Schema.String.check(
    Schema.isPattern(/^[1-9]\d{0,14}$/, { expected: "a nextPageToken of an earlier page, as it came" })
  )
)

const moment = Schema.optionalKey(
  written(Timestamp.Timestamp, "a time such as 2024-05-06T07:08:09Z", Timestamp.fromRfc3339, (time) => time)
)

/** The conditions of a list, which must all hold. */
export const listQuery = {
  state: Schema.optionalKey(OperationState),
  done: Schema.optionalKey(truth),
  kind: Schema.optionalKey(Schema.String),
  since: moment,
  until: moment,
  finishedSince: moment,
  finishedUntil: moment,
  resource: Schema.optionalKey(Schema.String),
  order: Schema.optionalKey(Schema.Literals(["newest", "oldest"])),
  limit: Schema.optionalKey(
    written(
      Schema.Int,
      "a whole number, 1 or more",
      (text) => Option.filter(wholeNumber(text), (limit) => limit >= 1),
      String
    )
  )
}
