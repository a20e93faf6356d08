/**
 * What the server's environment says: where it listens, by `OPWATCH_HOST` (127.0.0.1) and `OPWATCH_PORT` (4080, 0 for any free),
 * and whose keys it asks for, by `OPWATCH_API_KEYS_FILE`; and what its configuration file says under `server`.
 */
import { ApiKeys } from "@opwatch/access/ApiKeys"
import * as KeyPlace from "@opwatch/access/KeyPlace"
import * as ServerSection from "@opwatch/access/ServerSection"
import * as ListenAddress from "@opwatch/http/ListenAddress"
import * as ConfigurationFile from "@opwatch/sources/ConfigurationFile"
import { ConfigurationError } from "@opwatch/sources/ConfigurationError"
import * as Effect from "effect/Effect"

export const fromEnvironment = (environment: KeyPlace.Environment) =>
  ListenAddress.parse({
    host: { name: "OPWATCH_HOST", value: environment["OPWATCH_HOST"] },
    port: { name: "OPWATCH_PORT", value: environment["OPWATCH_PORT"] },
    hasKeys: KeyPlace.ofServer(environment) !== undefined
  })

/** The keys, or that there are none. */
export const keys = (environment: KeyPlace.Environment) => {
  const path = KeyPlace.ofServer(environment)
  return path === undefined ? ApiKeys.none : ApiKeys.layer(path)
}

export const section = Effect.fnUntraced(function* (environment: KeyPlace.Environment) {
  const { configuration, path } = yield* ConfigurationFile.load(undefined, environment)
  return yield* Effect.mapError(
    Effect.fromResult(ServerSection.read(configuration.server)),
    (problem) => new ConfigurationError({ message: `${path}: ${problem}` })
  )
})
