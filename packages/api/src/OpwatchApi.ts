/** The HTTP contract of the server: what its handlers implement, its clients call and its OpenAPI document describes. */
import * as HttpApi from "effect/http-api/HttpApi"
import * as OpenApi from "effect/http-api/OpenApi"
import { MetricsApi } from "./MetricsApi.ts"
import { OperationsApi } from "./OperationsApi.ts"
import { RequestProblems } from "./RequestProblems.ts"
import { SourcesApi } from "./SourcesApi.ts"
import { SystemApi } from "./SystemApi.ts"
import { TrackingApi } from "./TrackingApi.ts"

export class OpwatchApi extends HttpApi.make("opwatch")
  .add(OperationsApi, TrackingApi, SourcesApi, MetricsApi, SystemApi)
  .middleware(RequestProblems)
  .annotateMerge(
    OpenApi.annotations({
      title: "opwatch",
      version: "0.1.0",
      description:
        "Gets, waits for, explains, lists, cancels and keeps watch over long-running operations on Toloka and Yandex Cloud. " +
        "An error is a problem document (RFC 9457, `application/problem+json`): its `type` never changes, its wording may."
    })
  ) {}
