/** What the server counts and measures. */
import * as Schema from "effect/Schema"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { Authenticated, about } from "./Authenticated.ts"

const metrics = HttpApiEndpoint.get("metrics", "/metrics", {
  success: Schema.String.pipe(HttpApiSchema.asText({ contentType: "text/plain" }))
}).annotateMerge(
  about({
    summary: "What the server counts and measures",
    description: "In the text format of Prometheus.",
    scope: "admin"
  })
)

export class MetricsApi extends HttpApiGroup.make("metrics", { topLevel: true })
  .add(metrics)
  .middleware(Authenticated)
  .annotateMerge(OpenApi.annotations({ title: "Metrics", description: "For those who run the server." })) {}
