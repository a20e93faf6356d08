/** The `server` section of the configuration file. */
import * as DurationText from "@opwatch/core/DurationText"
import { present } from "@opwatch/core/FieldReader"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { makeFormatterStandardSchemaV1 } from "effect/SchemaIssue"
import * as Limits from "./Limits.ts"

/** How long what the server keeps is kept. */
export interface Retention {
  /** Changes, but for the latest of an operation. */
  readonly changes: Duration.Duration
  /** How many of one operation, the latest. */
  readonly changesPerOperation: number
  /** What ended or nobody tracks, with its trackings; no shorter than `changes`. */
  readonly operations: Duration.Duration
  /** Webhooks that arrived. */
  readonly deliveries: Duration.Duration
  /** Webhooks that were given up. */
  readonly deadLetters: Duration.Duration
}

export interface Polling {
  /** The lateness that one poll is worth. */
  readonly price: Duration.Duration
  /** No operation goes longer without a poll, unless its source's budget has no room; no shorter than the price. */
  readonly maxInterval: Duration.Duration
}

export interface ServerSection {
  readonly limits: Limits.Limits
  /** Webhooks may go to this machine and to private networks. */
  readonly allowPrivateWebhooks: boolean
  readonly retention: Retention
  readonly polling: Polling
  /** Where the metrics are open to whoever reaches them; undefined for nowhere. */
  readonly metrics: { readonly host: string; readonly port: number } | undefined
  /** As it came: whoever joins a cluster checks it. */
  readonly cluster: unknown
}

export const defaults: ServerSection = {
  limits: Limits.defaults,
  allowPrivateWebhooks: false,
  retention: {
    changes: Duration.days(30),
    changesPerOperation: 1_000,
    operations: Duration.days(90),
    deliveries: Duration.days(7),
    deadLetters: Duration.days(30)
  },
  polling: { price: Duration.seconds(1), maxInterval: Duration.hours(1) },
  metrics: undefined,
  cluster: undefined
}

/** Reads what a parsed document has under `server`; fails with what is wrong, in words. */
export const read = (section: unknown): Result.Result<ServerSection, string> =>
  section === undefined
    ? Result.succeed(defaults)
    : Result.flatMap(
        Result.mapError(decode(section, { onExcessProperty: "error", errors: "first" }), describe),
        ({ cluster, limits: { requestTimeout, ...limits } = {}, metrics, polling, retention, webhooks }) =>
          Result.map(
            Result.all({ retention: retained(retention), polling: polled(polling) }),
            (checked): ServerSection => ({
              limits: { ...Limits.defaults, ...limits, ...present({ requestTimeout: duration(requestTimeout) }) },
              allowPrivateWebhooks: webhooks?.allowPrivate ?? false,
              ...checked,
              metrics: metrics === undefined ? undefined : { host: "127.0.0.1", ...metrics },
              cluster
            })
          )
      )

const duration = (text: string | undefined): Duration.Duration | undefined =>
  text === undefined ? undefined : Option.getOrUndefined(DurationText.parse(text))

/** Without a time of its own an operation stays at least as long as its changes. */
const retained = (given: typeof RetentionFields.Type = {}): Result.Result<Retention, string> => {
  const changes = duration(given.changes) ?? defaults.retention.changes
  const operations = duration(given.operations)
  if (operations !== undefined && Duration.isLessThan(operations, changes)) {
    return Result.fail("server.retention.operations: it is no shorter than server.retention.changes")
  }
  return Result.succeed({
    changes,
    changesPerOperation: given.changesPerOperation ?? defaults.retention.changesPerOperation,
    operations: operations ?? Duration.max(defaults.retention.operations, changes),
    deliveries: duration(given.deliveries) ?? defaults.retention.deliveries,
    deadLetters: duration(given.deadLetters) ?? defaults.retention.deadLetters
  })
}

const polled = (given: typeof PollingFields.Type = {}): Result.Result<Polling, string> => {
  const price = duration(given.price) ?? defaults.polling.price
  const maxInterval = duration(given.maxInterval)
  return maxInterval !== undefined && Duration.isLessThan(maxInterval, price)
    ? Result.fail("server.polling.maxInterval: it is no shorter than server.polling.price")
    : Result.succeed({ price, maxInterval: maxInterval ?? Duration.max(defaults.polling.maxInterval, price) })
}

const from = (least: number) =>
  Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: least, maximum: 2 ** 30 })))

const DurationField = Schema.optionalKey(
  Schema.String.check(
    Schema.makeFilter((text) => Option.exists(DurationText.parse(text), (time) => !Duration.isZero(time)), {
      expected: DurationText.form
    })
  )
)

const LimitFields = Schema.Struct({
  bodyBytes: from(1_024),
  passThroughBodyBytes: from(1_024),
  headerBytes: from(1_024),
  requestTimeout: DurationField,
  streamsPerKey: from(1)
})

const WebhookFields = Schema.Struct({ allowPrivate: Schema.optionalKey(Schema.Boolean) })

const RetentionFields = Schema.Struct({
  changes: DurationField,
  changesPerOperation: from(1),
  operations: DurationField,
  deliveries: DurationField,
  deadLetters: DurationField
})

const PollingFields = Schema.Struct({ price: DurationField, maxInterval: DurationField })

const MetricsFields = Schema.Struct({
  port: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 65_535 })),
  host: Schema.optionalKey(Schema.NonEmptyString)
})

const parts = {
  limits: LimitFields,
  webhooks: WebhookFields,
  retention: RetentionFields,
  polling: PollingFields,
  metrics: MetricsFields
}

const Section = Schema.Struct({
  limits: Schema.optionalKey(LimitFields),
  webhooks: Schema.optionalKey(WebhookFields),
  retention: Schema.optionalKey(RetentionFields),
  polling: Schema.optionalKey(PollingFields),
  metrics: Schema.optionalKey(MetricsFields),
  cluster: Schema.optionalKey(Schema.Unknown)
})

const decode = Schema.decodeUnknownResult(Section)

const formatIssues = makeFormatterStandardSchemaV1({ leafHook: ({ _tag }) => _tag, checkHook: () => "Filter" })

const describe = ({ issue }: Schema.SchemaError): string => {
  const [first] = formatIssues(issue).issues
  const names = (first?.path ?? []).map((part) => String(typeof part === "object" ? part.key : part))
  const place = ["server", ...names].join(".")
  if (first?.message === "UnexpectedKey") {
    const part = Object.entries(parts).find(([name]) => names.length > 1 && name === names[0])?.[1] ?? Section
    return `${place}: no such field; the known ones are ${Object.keys(part.fields).join(", ")}`
  }
  return `${place}: it is ${rules[names.at(-1) ?? ""] ?? "an object"}`
}

const bytes = "a number of bytes, 1024 to 1073741824"
const time = `${DurationText.form}, longer than nothing`

const rules: Readonly<Record<string, string>> = {
  bodyBytes: bytes,
  passThroughBodyBytes: bytes,
  headerBytes: bytes,
  requestTimeout: time,
  streamsPerKey: "a whole number, 1 or more",
  allowPrivate: "true or false",
  changes: time,
  changesPerOperation: "a whole number, 1 or more",
  operations: time,
  deliveries: time,
  deadLetters: time,
  price: time,
  maxInterval: time,
  port: "a whole number from 0 to 65535",
  host: "an address to listen on"
}
