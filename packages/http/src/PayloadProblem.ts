/** What is wrong with a body, in words that name the place in it and never repeat what stands there: it may be a secret. */
import type * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"

const formatIssues = SchemaIssue.makeFormatterStandardSchemaV1()

export const describe = ({ issue }: Schema.SchemaError): string =>
  formatIssues(issue)
    .issues.map(({ message, path = [] }) => {
      const place = path.map((key) => String(typeof key === "object" ? key.key : key)).join(".")
      const [words = ""] = message.split(/, (?:got|actual)\b/)
      return `${place === "" ? "the body" : place}: ${words.replace(/^Expected/, "expected")}`
    })
    .join("; ")
