/** Whether the server lives and may be sent requests. */
import * as Schema from "effect/Schema"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as OpenApi from "effect/http-api/OpenApi"
import { NotReady } from "./Problems.ts"

const Ok = Schema.Struct({ status: Schema.Literal("ok") })

const healthz = HttpApiEndpoint.get("healthz", "/healthz", { success: Ok }).annotateMerge(
  OpenApi.annotations({ summary: "Whether the server lives" })
)

const readyz = HttpApiEndpoint.get("readyz", "/readyz", { success: Ok, error: NotReady }).annotateMerge(
  OpenApi.annotations({
    summary: "Whether the server may be sent requests",
    description:
      "`not-ready` while the server cannot do what it is for, such as when its database fails; it goes on by itself. It says nothing of the providers: the server answers while they are down."
  })
)

export class SystemApi extends HttpApiGroup.make("system", { topLevel: true })
  .add(healthz, readyz)
  .annotateMerge(OpenApi.annotations({ title: "System", description: "For supervisors and load balancers." })) {}
