/** As much of an OpenAPI document as is needed to make requests from it and to judge their answers. */

export interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly anyOf?: ReadonlyArray<Schema>
  readonly enum?: ReadonlyArray<unknown>
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly items?: Schema
  readonly minItems?: number
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: ReadonlyArray<string>
  readonly additionalProperties?: Schema | boolean
  readonly contentSchema?: Schema
}

export interface Parameter {
  readonly name: string
  readonly in: "path" | "query" | "header"
  readonly required: boolean
  readonly description?: string
  readonly schema: Schema
}

export interface Response {
  readonly description: string
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>
  readonly headers?: Readonly<Record<string, { readonly required?: boolean; readonly schema: Schema }>>
}

export interface Endpoint {
  readonly operationId: string
  readonly summary: string
  readonly parameters: ReadonlyArray<Parameter>
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> }
  readonly responses: Readonly<Record<string, Response>>
  readonly security?: ReadonlyArray<unknown>
  readonly "x-opwatch-scope"?: string
}

export interface Document {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Endpoint>>>>
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>
    readonly responses: Readonly<Record<string, Response>>
  }
}

/** An operation of the document and where it is found. */
export interface Place {
  readonly method: string
  readonly path: string
  readonly endpoint: Endpoint
}

export const places = ({ paths }: Document): ReadonlyArray<Place> =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, endpoint]) => ({ method: method.toUpperCase(), path, endpoint }))
  )

export const resolve = (document: Document, schema: Schema): Schema =>
  schema.$ref === undefined ? schema : (document.components.schemas[schema.$ref.split("/").at(-1) ?? ""] ?? {})

/** What stands as JSON in a text, which only a reader of the text can check, becomes part of the schema itself. */
export const withContents = <A>(part: A): A => {
  if (Array.isArray(part)) return part.map(withContents) as A
  if (typeof part !== "object" || part === null) return part
  if ("contentSchema" in part) return withContents(part.contentSchema) as A
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, withContents(value)])) as A
}
