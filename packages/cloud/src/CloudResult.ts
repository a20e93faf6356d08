/** What to know about the result of an operation that succeeded: where it is, and for how long. */
import type { Operation } from "@opwatch/core/Operation"
import { isObject } from "@opwatch/core/FieldReader"
import type { Rule } from "@opwatch/core/Rule"
import * as Timestamp from "@opwatch/core/Timestamp"

/** Kinds that end without a result; their metadata may be missing, so the description has to do. */
const withoutResult: ReadonlyArray<{ readonly is: RegExp; readonly says: (operation: Operation) => ReturnType<Rule> }> =
  [
    {
      is: /(?:speechkit|ai)\.stt\.v3\.|\bSTT v3\b/i,
      says: ({ id }) => ({
        notes: ["The recognised text is not in the operation, as usual for speech recognition v3."],
        next: [
          {
            text: `Fetch the text from SpeechKit within 3 days: GET https://stt.api.cloud.yandex.net/stt/v3/getRecognition?operation_id=${id}`
          }
        ]
      })
    },
    {
      is: /\.audittrails\./,
      says: () => ({ notes: ["It came without a result, as usual for Audit Trails: there is nothing to fetch."] })
    },
    { is: /(?:)/, says: () => ({ notes: ["It came without a result, which is no error."] }) }
  ]

/** The words by which kinds are known: the metadata's type, the result's type, and the description. */
const wordsOf = ({ description = "", kind = "", result }: Operation): string => {
  const type = isObject(result) ? result["@type"] : undefined
  return [kind, typeof type === "string" ? type.slice(type.lastIndexOf("/") + 1) : "", description].join(" ")
}

const empty: Rule = ({ operation }) => {
  if (operation.state !== "succeeded" || operation.result !== undefined) return undefined
  const words = wordsOf(operation)
  return withoutResult.find(({ is }) => is.test(words))?.says(operation)
}

const isAi = (operation: Operation): boolean =>
  /\b(?:yandex\.cloud\.ai|speechkit)\.|\bSTT v\d\b|\bGPT\b/i.test(wordsOf(operation))

const keptMillis = 3 * 86_400_000

/** AI services keep what they answered for three days. */
const keptForDays: Rule = ({ operation }) => {
  if (!isAi(operation)) return undefined
  if (operation.state === "lost") return { notes: ["Results of AI services are kept for 3 days."] }
  if (operation.state !== "succeeded" || operation.result === undefined) return undefined
  const until = endOf(operation)
  return {
    next: [
      { text: `Save the result: it is kept for 3 days only${until}.`, command: `opwatch get ${operation.ref} --json` }
    ]
  }
}

const endOf = ({ finishedAt, observedAt }: Operation): string => {
  if (finishedAt === undefined) return ""
  const end = Timestamp.toMillis(finishedAt) + keptMillis
  if (end <= Timestamp.toMillis(observedAt)) return ""
  const text = Timestamp.fromMillis(end)
  return `, until ${text.slice(0, 10)} ${text.slice(11, 16)} UTC`
}

export const rules: ReadonlyArray<Rule> = [empty, keptForDays]
