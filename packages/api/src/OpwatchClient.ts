/** A typed client of the server, made from the same contract. */
import * as HttpApiClient from "effect/http-api/HttpApiClient"
import { OpwatchApi } from "./OpwatchApi.ts"

/** `baseUrl` is where the server listens, such as `http://127.0.0.1:4080`. */
export const make = (baseUrl: string | URL) => HttpApiClient.make(OpwatchApi, { baseUrl })
