/**
 * What the OpenAPI document says besides what follows from the endpoints: bodies that may be left out, headers that come with a
 * problem whatever it is about, and what is answered where there is no operation.
 */
import type {
  OpenAPISpec,
  OpenAPISpecHeader,
  OpenAPISpecOperation,
  OpenApiSpecResponse,
  OpenAPISpecResponses
} from "effect/http-api/OpenApi"
import { BodyNotJson, MethodNotAllowed, RouteNotFound } from "./Problems.ts"

/** Those that no endpoint names, for the document to have them too. */
export const schemas = [RouteNotFound, MethodNotAllowed, BodyNotJson] as const

export const add = (document: OpenAPISpec) => ({
  ...document,
  paths: mapValues(document.paths, (operations) =>
    mapValues(operations as Readonly<Record<string, OpenAPISpecOperation>>, ofOperation)
  ),
  components: {
    ...document.components,
    responses: {
      BadInput: answer("BadInputEncoded", "The path cannot be read"),
      RouteNotFound: answer("RouteNotFound", "Of any other path"),
      MethodNotAllowed: answer("MethodNotAllowed", "Of a path that has other methods", {
        allow: header("The methods that the path has", { type: "string" })
      })
    }
  }
})

const mapValues = <A, B>(record: { readonly [Key in string | number]?: A }, f: (value: A) => B) =>
  Object.fromEntries(
    Object.entries(record).flatMap(([key, value]) => (value === undefined ? [] : [[key, f(value)] as const]))
  )

const ofOperation = (operation: OpenAPISpecOperation) => {
  const { parameters, requestBody, responses } = operation
  return {
    ...operation,
    parameters: parameters.map((parameter) => ({ ...descriptionOf(parameter.schema), ...parameter })),
    ...(requestBody === undefined
      ? {}
      : {
          requestBody: { ...requestBody, required: !JSON.stringify(requestBody.content).includes('{"type":"null"}') }
        }),
    responses: {
      ...mapValues(responses, withoutStream),
      ...withHeaders(responses, 401, {
        "www-authenticate": header("The scheme that is asked for", { type: "string" })
      }),
      ...withHeaders(responses, 429, { "retry-after": pause }),
      ...withHeaders(responses, 503, responses[503]?.headers === undefined ? {} : { "retry-after": pause }),
      ...(requestBody === undefined ? {} : { 415: answer("BodyNotJson", "The body is not said to be JSON") })
    }
  }
}

/** Of a list, that of what is in it. */
const descriptionOf = (schema: {
  readonly description?: string
  readonly items?: { readonly description?: string }
}) => {
  const description = schema.description ?? schema.items?.description
  return description === undefined ? {} : { description }
}

/** How the library would frame the failures of a stream, which is not how this server does. */
const withoutStream = ({ content = {}, ...response }: OpenApiSpecResponse) =>
  Object.keys(content).length === 0
    ? response
    : { ...response, content: mapValues(content, ({ schema }) => ({ schema })) }

const withHeaders = (responses: OpenAPISpecResponses, status: number, headers: Record<string, OpenAPISpecHeader>) => {
  const found = responses[status]
  return found === undefined || Object.keys(headers).length === 0 ? {} : { [status]: { ...found, headers } }
}

const header = (description: string, schema: object): OpenAPISpecHeader => ({ description, schema, required: true })

const pause = header("Whole seconds to wait before asking again", { type: "integer", minimum: 0 })

const answer = (name: string, description: string, headers: Record<string, OpenAPISpecHeader> = {}) => ({
  description,
  content: { "application/problem+json": { schema: { $ref: `#/components/schemas/${name}` } } },
  headers
})
