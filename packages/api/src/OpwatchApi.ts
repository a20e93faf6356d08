/** The HTTP contract of the server: what its handlers implement, its clients call and its OpenAPI document describes. */
import * as HttpApi from "effect/http-api/HttpApi"
import * as OpenApi from "effect/http-api/OpenApi"
import { ClusterApi } from "./ClusterApi.ts"
import * as DocumentDetails from "./DocumentDetails.ts"
import { MetricsApi } from "./MetricsApi.ts"
import { OperationsApi } from "./OperationsApi.ts"
import { RequestProblems } from "./RequestProblems.ts"
import { SourcesApi } from "./SourcesApi.ts"
import { SystemApi } from "./SystemApi.ts"
import { TrackingApi } from "./TrackingApi.ts"
import { WebhooksApi } from "./WebhooksApi.ts"

export class OpwatchApi extends HttpApi.make("opwatch")
  .add(OperationsApi, TrackingApi, WebhooksApi, SourcesApi, ClusterApi, MetricsApi, SystemApi)
  .middleware(RequestProblems)
  .annotate(HttpApi.AdditionalSchemas, DocumentDetails.schemas)
  .annotateMerge(
    OpenApi.annotations({
      title: "opwatch",
      version: "0.1.0",
      transform: (document) => DocumentDetails.add(document as OpenApi.OpenAPISpec),
      description:
        "Gets, waits for, explains, lists, cancels and keeps watch over long-running operations on Toloka and Yandex Cloud. " +
        "An error is a problem document (RFC 9457, `application/problem+json`): its `type` never changes, its wording may. " +
        "A path that is not here is answered with 404, one that has other methods with 405, and one that could be read in two ways with 400, as `components.responses` has them; `HEAD` is answered wherever `GET` is, and a slash at the end is passed over. " +
        "Under `/mirror/{source}/`, which stands for a provider's scheme and host, reads of an operation, its log and its list, and cancel, are answered in the provider's own shape, errors included: its documents describe them. " +
        "What is no HTTP, or more of it than the server takes, is answered with 400, 408, 417 or 431 and no body."
    })
  ) {}
