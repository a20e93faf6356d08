/** Judges answers by the document: statuses, content types, bodies, headers, and what may be said beside any operation. */
import { Timestamp } from "@opwatch/core/Timestamp"
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js"
import * as Schema from "effect/Schema"
import type { AnyRequest } from "./AnyRequest.ts"
import { type Document, type Place, places, type Response, withContents } from "./Document.ts"
import type { Answer } from "./Exchange.ts"

export interface Contract {
  /** The operation that the method and the path of a request name. */
  readonly placeOf: (request: AnyRequest) => Place | undefined
  /** What the answer has that the document does not allow; undefined if it allows it. */
  readonly complaint: (request: AnyRequest, answer: Answer) => string | undefined
}

/** What is answered before there is an operation: the document has them by these names. */
const general = { 400: "BadInput", 404: "RouteNotFound", 405: "MethodNotAllowed" } as const

/** What is no HTTP, and what asks for what the server does not do, gets no further than that. */
const refusals = new Set([400, 408, 417, 431])

export const make = (document: Document): Contract => {
  const ajv = new Ajv2020({ strict: false, validateSchema: false })
  ajv.addFormat("date-time", Schema.is(Timestamp))
  ajv.addSchema(withContents(document), "document")
  const validators = new Map<string, ValidateFunction>()
  const validate = (pointer: ReadonlyArray<string>, value: unknown): string | undefined => {
    const fragment = pointer
      .map((part) => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1")))
      .join("/")
    const validator = validators.get(fragment) ?? ajv.compile({ $ref: `document#/${fragment}` })
    validators.set(fragment, validator)
    return validator(value) ? undefined : ajv.errorsText(validator.errors)
  }

  const all = places(document).map((place) => ({ ...place, segments: place.path.split("/") }))
  const at = (target: string) => {
    const segments = pathOf(target).split("/")
    return all.filter(
      (place) =>
        place.segments.length === segments.length &&
        place.segments.every((segment, index) => segment.startsWith("{") || segment === decoded(segments[index] ?? ""))
    )
  }
  const placeOf: Contract["placeOf"] = ({ method, target }) =>
    at(target).find((place) => place.method === (method === "HEAD" ? "GET" : method))

  const mismatch = (request: AnyRequest, answer: Answer, response: Response, pointer: ReadonlyArray<string>) => {
    for (const [name, { required, schema }] of Object.entries(response.headers ?? {})) {
      const text = answer.headers.get(name)
      if (text === undefined) {
        if (required === true) return `the header ${name} is missing`
        continue
      }
      const value = schema.type === "integer" ? Number(text) : text
      const wrong = validate([...pointer, "headers", name, "schema"], value)
      if (wrong !== undefined) return `the header ${name} is ${text}: ${wrong}`
    }
    const types = Object.keys(response.content ?? {})
    const type = (answer.headers.get("content-type") ?? "").split(";")[0] ?? ""
    if (types.length === 0) return answer.body.length === 0 ? undefined : "there is a body"
    if (!types.includes(type)) return `the content type is "${type}"`
    if (request.method === "HEAD") return answer.body.length === 0 ? undefined : "there is a body"
    const text = answer.body.toString("utf8")
    if (!Buffer.from(text).equals(answer.body) && answer.isWhole) return "the body is not UTF-8"
    if (!answer.isWhole && type !== "text/event-stream") return "the body is not whole"
    return valuesOf(type, text)
      .map((value) => {
        const wrong = validate([...pointer, "content", type, "schema"], value)
        return wrong === undefined ? undefined : `${wrong}: ${JSON.stringify(value)?.slice(0, 500)}`
      })
      .find((wrong) => wrong !== undefined)
  }

  const beside = (request: AnyRequest, answer: Answer) => {
    const name = answer.status in general ? general[answer.status as keyof typeof general] : undefined
    if (name === undefined) return "nothing in the document says that there may be this status"
    const pointer = ["components", "responses", name]
    const wrong = mismatch(request, answer, document.components.responses[name] ?? { description: "" }, pointer)
    if (wrong !== undefined || answer.status !== 405) return wrong
    const named = new Set((answer.headers.get("allow") ?? "").split(", "))
    const known = at(request.target).map(({ method }) => method)
    return known.every((method) => named.has(method)) ? undefined : `Allow is not ${known.join(", ")}`
  }

  return {
    placeOf,
    complaint: (request, answer) => {
      if (refusals.has(answer.status) && answer.body.length === 0 && answer.headers.get("connection") === "close") {
        return undefined
      }
      const place = placeOf(request)
      if (place === undefined) return request.target.startsWith("/mirror/") ? undefined : beside(request, answer)
      const { endpoint, method, path } = place
      const response = endpoint.responses[answer.status]
      if (response === undefined) return "the operation does not have this status"
      const pointer = ["paths", path, method.toLowerCase(), "responses", String(answer.status)]
      return mismatch(request, answer, response, pointer)
    }
  }
}

/** Without host and query, and a slash at the end. */
const pathOf = (target: string): string =>
  (target.replace(/^https?:\/\/[^/?#]*/i, "").split(/[?#]/)[0] ?? "").replace(/(?!^)\/$/, "")

const decoded = (segment: string): string => {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

/** What a body holds: one value, a value a line, or the events that have come whole. */
const valuesOf = (type: string, text: string): ReadonlyArray<unknown> => {
  switch (type) {
    case "application/x-ndjson":
      return text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line)]))
    case "text/event-stream":
      return text.split("\n\n").slice(0, -1).flatMap(eventOf)
    case "text/plain":
      return [text]
    default:
      return [JSON.parse(text)]
  }
}

/** Comments, and an id alone, are no events. */
const eventOf = (block: string): ReadonlyArray<unknown> => {
  const fields = block.split("\n").filter((line) => !line.startsWith(":"))
  const of = (name: string) =>
    fields.flatMap((line) => (line.startsWith(`${name}: `) ? [line.slice(name.length + 2)] : []))
  const [[id], [event], data] = [of("id"), of("event"), of("data")]
  if (fields.some((line) => !/^(id|event|data): /.test(line))) return [block]
  if (data.length === 0) return []
  return [{ ...(id === undefined ? {} : { id }), event, data: JSON.parse(data.join("\n")) }]
}
