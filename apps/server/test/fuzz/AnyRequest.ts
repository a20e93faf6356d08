/** A request for an operation of the document, with values that it allows, nearly allows or does not, or one for nothing there is. */
import * as AnyValue from "./AnyValue.ts"
import type { Choices } from "./Choices.ts"
import { type Document, type Endpoint, type Parameter, places } from "./Document.ts"

export interface AnyRequest {
  readonly method: string
  /** Path and query, a character for each byte. */
  readonly target: string
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
  readonly body: Buffer | undefined
  readonly chunked: boolean
  /** By the name that the maker was given; undefined for none that counts. */
  readonly key: string | undefined
}

export interface Options {
  /** What the parameters and fields of these names may be, among other things. */
  readonly pools: AnyValue.Pools
  /** The text of each key by its name; the first is the one most used. */
  readonly keys: Readonly<Record<string, string>>
}

const methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "QUERY"] as const

const otherPaths = [
  "/",
  "//",
  "/v1",
  "/v1/",
  "/v1/operations/",
  "/v1/operations/cloud",
  "/v1/operations/cloud/running/",
  "//v1/operations",
  "/V1/operations",
  "/v1/../v1/operations",
  "/v1/operations/cloud/running/nothing",
  "/openapi.xml",
  "/.env",
  "/docs/../etc/passwd",
  "/mirror",
  "/mirror/cloud",
  "/mirror/cloud/operations/fhmdone0emulator0001",
  "/mirror/toloka/api/v1/operations/57068577e4b0bf7b07a0256f/log",
  "/mirror/cloud/operations/x:cancel",
  "/mirror/hostile/operations/running",
  "/mirror/nowhere/%00",
  "/mirror/%zz/x",
  "*",
  "http://other.example/v1/operations"
] as const

const contentTypes = [
  "application/json; charset=utf-8",
  "APPLICATION/JSON",
  "text/plain",
  "application/x-www-form-urlencoded",
  "multipart/form-data",
  "multipart/form-data; boundary=x",
  "application/json, text/plain",
  "application/octet-stream",
  "",
  ";",
  "application/merge-patch+json"
] as const

const oddHeaders: ReadonlyArray<readonly [string, string]> = [
  ["accept", "application/xml"],
  ["accept", "text/event-stream;q=0"],
  ["expect", "100-continue"],
  ["expect", "the-unexpected"],
  ["content-encoding", "gzip"],
  ["content-encoding", "nothing"],
  ["x-http-method-override", "DELETE"],
  ["range", "bytes=0-1"],
  ["if-none-match", "*"],
  ["if-match", '"x"'],
  ["last-event-id", "5"],
  ["last-event-id", "99999999999999999999"],
  ["last-event-id", "\xff\xfe"],
  ["cookie", "a=b; ".repeat(200)],
  ["cache-control", "max-age=99999999999"],
  ["origin", "https://other.example"],
  ["host", "other.example"],
  ["upgrade", "websocket"],
  ["upgrade", "h2c"],
  ["te", "trailers"],
  ["traceparent", "00-zz-zz-01"],
  ["traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"],
  ["x-forwarded-for", "1.2.3.4, \xe9"],
  ["forwarded", "for=_x"],
  ["x-long", "a".repeat(4_000)]
]

export const make = (document: Document, { keys, pools }: Options) => {
  const values = AnyValue.make(document, pools)
  const all = places(document)
  const names = Object.keys(keys)

  const textFor = (choices: Choices, { name, schema }: Pick<Parameter, "name" | "schema">): ReadonlyArray<string> => {
    if (choices.percent(12)) return [choices.from(AnyValue.oddTexts, "")]
    const value = values.valid(choices, schema, name)
    return Array.isArray(value) ? value.map(String) : [String(value)]
  }

  const pathOf = (choices: Choices, path: string, parameters: ReadonlyArray<Parameter>): string =>
    path.replace(/\{(\w+)\}/g, (_, name: string) => {
      const parameter = parameters.find((parameter) => parameter.name === name) ?? { name, schema: {} }
      return written(choices, textFor(choices, parameter)[0] ?? "")
    })

  const queryOf = (choices: Choices, parameters: ReadonlyArray<Parameter>): string => {
    const pairs = parameters.flatMap((parameter) =>
      choices.percent(35)
        ? textFor(choices, parameter).map((text) => `${parameter.name}=${written(choices, text)}`)
        : []
    )
    if (choices.percent(8)) pairs.push(`${written(choices, choices.from(AnyValue.oddTexts, ""))}=1`)
    if (choices.percent(8)) pairs.push(...pairs)
    if (choices.percent(4)) pairs.push("", "=", "&", "%", "a=b=c")
    return pairs.length === 0 ? "" : `?${pairs.join("&")}`
  }

  const bodyOf = (choices: Choices, { requestBody }: Endpoint) => {
    const schema = requestBody?.content["application/json"]?.schema
    if (schema === undefined && !choices.percent(10)) return undefined
    const value = values.valid(choices, schema ?? {})
    const manner = choices.below(20)
    if (manner < 10) return bytesOf(value)
    if (manner < 16) return bytesOf(values.bend(choices, value))
    const text = JSON.stringify(value)
    return choices.oneOf(
      Buffer.alloc(0),
      Buffer.from(text.slice(0, Math.ceil(text.length / 2))),
      Buffer.from([0xff, 0xfe, 0x00, 0x7b, 0x80, 0xc0, 0xaf]),
      Buffer.from(`\ufeff${text}`),
      Buffer.from(text, "utf16le"),
      Buffer.from("[".repeat(5_000)),
      Buffer.from(`{"operations":[${"0,".repeat(1_100)}0]}`),
      Buffer.from(`{"labels":{"a":"${"b".repeat(50_000)}"}}`),
      Buffer.from('{"labels":{"a":"\\ud800"},"labels":{"__proto__":"b"}}'),
      Buffer.from('{"__proto__":{"labels":{}},"deadline":1e999}'),
      Buffer.from([...Buffer.from('{"labels":{"a":"'), 0xc3, 0x28, ...Buffer.from('"}}')])
    )
  }

  const keyOf = (choices: Choices) => {
    const key = choices.percent(35) ? choices.from(names, "") : (names[0] ?? "")
    if (!choices.percent(10)) return { key, header: [["authorization", `Bearer ${keys[key]}`]] as const }
    const text = choices.oneOf(
      undefined,
      "Bearer",
      "Bearer ",
      `Basic ${Buffer.from("a:b").toString("base64")}`,
      `Bearer ${keys[key]}x`,
      `Bearer ${keys[key]?.slice(0, -1)}`,
      `Digest ${keys[key]}`,
      `${keys[key]}`,
      `Bearer \xff${keys[key]}`,
      `Bearer ${keys[key]} ${keys[key]}`,
      `Bearer ${"a".repeat(3_000)}`
    )
    return { key: undefined, header: text === undefined ? [] : ([["authorization", text]] as const) }
  }

  return (choices: Choices): AnyRequest => {
    const { endpoint, method, path } = choices.oneOf(...(all as [(typeof all)[number]]))
    const isOther = choices.percent(6)
    const target = isOther
      ? choices.oneOf(...otherPaths)
      : `${pathOf(choices, path, endpoint.parameters)}${queryOf(choices, endpoint.parameters)}`
    const body = bodyOf(choices, endpoint)
    const { header, key } = keyOf(choices)
    const ofParameters = endpoint.parameters.flatMap((parameter) =>
      parameter.in === "header" && choices.percent(40)
        ? textFor(choices, parameter).map((text) => [parameter.name, inHeader(text)] as const)
        : []
    )
    const odd = choices.percent(15) ? [choices.from(oddHeaders, ["accept", "*/*"] as const)] : []
    const type = choices.percent(10) ? choices.oneOf(...contentTypes) : "application/json"
    return {
      method: choices.percent(6) ? choices.oneOf(...methods) : method,
      target,
      headers: [...header, ...(body === undefined ? [] : [["content-type", type] as const]), ...ofParameters, ...odd],
      body,
      chunked: body !== undefined && choices.percent(10),
      key
    }
  }
}

/** In a path or a query: nearly always percent-encoded once. */
const written = (choices: Choices, text: string): string => {
  const once = encodeURIComponent(text.toWellFormed())
  switch (choices.below(40)) {
    case 37:
      return encodeURIComponent(once)
    case 38:
      return Buffer.from(text)
        .toString("latin1")
        .replace(/[\0-\x20]/g, "")
    case 39:
      return `${once}${choices.oneOf("%00", "%2F", "%2f..", "%c3%28", "%zz", ";a=b", "#a", "+", "%0d%0a")}`
    default:
      return once
  }
}

const inHeader = (text: string): string =>
  Buffer.from(text)
    .toString("latin1")
    .replace(/[^\x21-\x7e\x80-\xff]/g, "")

const bytesOf = (value: unknown): Buffer => Buffer.from(JSON.stringify(value) ?? "")
