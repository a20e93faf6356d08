/** A typed client of the server for programs with Effect, made from the same contract: every endpoint, with its typed problems. */
import type * as Redacted from "effect/Redacted"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpApiClient from "effect/http-api/HttpApiClient"
import { OpwatchApi } from "./OpwatchApi.ts"

export interface Options {
  /** An API key of the server; it goes wherever `baseUrl` leads. */
  readonly key?: Redacted.Redacted<string> | undefined
  /** What is to happen with every request besides. */
  readonly transformClient?: (client: HttpClient.HttpClient) => HttpClient.HttpClient
}

/** `baseUrl` is where the server listens, such as `http://127.0.0.1:4080`. */
export const make = (baseUrl: string | URL, { key, transformClient = (client) => client }: Options = {}) =>
  HttpApiClient.make(OpwatchApi, {
    baseUrl,
    transformClient: (client) =>
      transformClient(key === undefined ? client : HttpClient.mapRequest(client, HttpClientRequest.bearerToken(key)))
  })
