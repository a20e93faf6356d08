/** Where the server listens, by its environment: `OPWATCH_HOST` (127.0.0.1) and `OPWATCH_PORT` (4080, 0 for any free). */
import * as ListenAddress from "@opwatch/http/ListenAddress"

export const fromEnvironment = (environment: Readonly<Record<string, string | undefined>>) =>
  ListenAddress.parse({
    host: { name: "OPWATCH_HOST", value: environment["OPWATCH_HOST"] },
    port: { name: "OPWATCH_PORT", value: environment["OPWATCH_PORT"] }
  })
