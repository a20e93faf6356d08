/** The `server` section of the configuration file. */
import * as DurationText from "@opwatch/core/DurationText"
import { present } from "@opwatch/core/FieldReader"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { makeFormatterStandardSchemaV1 } from "effect/SchemaIssue"
import * as Limits from "./Limits.ts"

export interface ServerSection {
  readonly limits: Limits.Limits
  /** Webhooks may go to this machine and to private networks. */
  readonly allowPrivateWebhooks: boolean
}

export const defaults: ServerSection = { limits: Limits.defaults, allowPrivateWebhooks: false }

/** Reads what a parsed document has under `server`; fails with what is wrong, in words. */
export const read = (section: unknown): Result.Result<ServerSection, string> =>
  section === undefined
    ? Result.succeed(defaults)
    : Result.mapBoth(decode(section, { onExcessProperty: "error", errors: "first" }), {
        onFailure: describe,
        onSuccess: ({ limits: { requestTimeout, ...limits } = {}, webhooks }): ServerSection => ({
          limits: {
            ...Limits.defaults,
            ...limits,
            ...present({
              requestTimeout: Option.getOrUndefined(
                Option.flatMap(Option.fromUndefinedOr(requestTimeout), DurationText.parse)
              )
            })
          },
          allowPrivateWebhooks: webhooks?.allowPrivate ?? false
        })
      })

const from = (least: number) =>
  Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: least, maximum: 2 ** 30 })))

const LimitFields = Schema.Struct({
  bodyBytes: from(1_024),
  passThroughBodyBytes: from(1_024),
  headerBytes: from(1_024),
  requestTimeout: Schema.optionalKey(
    Schema.String.check(
      Schema.makeFilter((text) => Option.exists(DurationText.parse(text), (time) => !Duration.isZero(time)), {
        expected: DurationText.form
      })
    )
  ),
  streamsPerKey: from(1)
})

const WebhookFields = Schema.Struct({ allowPrivate: Schema.optionalKey(Schema.Boolean) })

const Section = Schema.Struct({
  limits: Schema.optionalKey(LimitFields),
  webhooks: Schema.optionalKey(WebhookFields)
})

const decode = Schema.decodeUnknownResult(Section)

const formatIssues = makeFormatterStandardSchemaV1({ leafHook: ({ _tag }) => _tag, checkHook: () => "Filter" })

const describe = ({ issue }: Schema.SchemaError): string => {
  const [first] = formatIssues(issue).issues
  const names = (first?.path ?? []).map((part) => String(typeof part === "object" ? part.key : part))
  const place = ["server", ...names].join(".")
  if (first?.message === "UnexpectedKey") {
    const known = names.length === 1 ? Section : names[0] === "limits" ? LimitFields : WebhookFields
    return `${place}: no such field; the known ones are ${Object.keys(known.fields).join(", ")}`
  }
  return `${place}: it is ${rules[names.at(-1) ?? ""] ?? "an object"}`
}

const bytes = "a number of bytes, 1024 to 1073741824"

const rules: Readonly<Record<string, string>> = {
  bodyBytes: bytes,
  passThroughBodyBytes: bytes,
  headerBytes: bytes,
  requestTimeout: `${DurationText.form}, longer than nothing`,
  streamsPerKey: "a whole number, 1 or more",
  allowPrivate: "true or false"
}
