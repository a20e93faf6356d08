/** The OpenAPI document of this server: one without keys asks for none, and says so. */
import { OpwatchApi } from "@opwatch/api/OpwatchApi"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as OpenApi from "effect/http-api/OpenApi"
import { Access } from "./Access.ts"

export const path = "/openapi.json"

export const layer = HttpRouter.use((router) =>
  Effect.flatMap(Access, ({ hasKeys }) => {
    let text: string | undefined
    return router.add(
      "GET",
      path,
      Effect.sync(() => {
        text ??= JSON.stringify(OpenApi.fromApi(OpwatchApi), hasKeys ? undefined : withoutKeys)
        return HttpServerResponse.text(text, { contentType: "application/json" })
      })
    )
  })
)

/** No operation needs anything. */
const withoutKeys = (key: string, value: unknown): unknown => (key === "security" ? [] : value)
