/** The server lives and takes requests as soon as it listens: it holds nothing that could be missing. */
import { OpwatchApi } from "@opwatch/api/OpwatchApi"
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"

const ok = Effect.succeed({ status: "ok" } as const)

export const layer = HttpApiBuilder.group(OpwatchApi, "system", (handlers) =>
  handlers.handleAll({ healthz: () => ok, readyz: () => ok })
)
