/** The HTTP contract of the server: what its handlers implement, its clients call and its OpenAPI document describes. */
import * as HttpApi from "effect/http-api/HttpApi"
import * as OpenApi from "effect/http-api/OpenApi"
import { OperationsApi } from "./OperationsApi.ts"
import { RequestProblems } from "./RequestProblems.ts"
import { SystemApi } from "./SystemApi.ts"

export class OpwatchApi extends HttpApi.make("opwatch")
  .add(OperationsApi, SystemApi)
  .middleware(RequestProblems)
  .annotateMerge(
    OpenApi.annotations({
      title: "opwatch",
      version: "0.1.0",
      description:
        "Gets, waits for, explains and cancels long-running operations on Toloka and Yandex Cloud. " +
        "An error is a problem document (RFC 9457, `application/problem+json`): its `type` never changes, its wording may."
    })
  ) {}
