/** A typed client of the server, made from the same contract. */
import type * as HttpClient from "effect/http/HttpClient"
import * as HttpApiClient from "effect/http-api/HttpApiClient"
import { OpwatchApi } from "./OpwatchApi.ts"

export interface Options {
  /** What is to happen with every request, such as a header that it gets. */
  readonly transformClient?: (client: HttpClient.HttpClient) => HttpClient.HttpClient
}

/** `baseUrl` is where the server listens, such as `http://127.0.0.1:4080`. */
export const make = (baseUrl: string | URL, options: Options = {}) =>
  HttpApiClient.make(OpwatchApi, { baseUrl, ...options })
