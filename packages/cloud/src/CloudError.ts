/** What the cloud's error bodies mean. A known code in the body decides; the HTTP status only where there is none. */
import * as Duration from "effect/Duration"
import type { Json, JsonObject } from "effect/Schema"
import * as FieldReader from "@opwatch/core/FieldReader"
import { Forbidden, OperationNotFound, Rejected, Unauthenticated, Unsupported } from "@opwatch/core/ProviderError"
import type { Reason } from "@opwatch/core/ProviderError"
import { type Refusal, reasonByStatus, throttled, unavailable } from "@opwatch/rest/Refusal"
import type { Judgement } from "@opwatch/rest/RestClient"
import * as CloudDetails from "./CloudDetails.ts"
import * as GrpcCode from "./GrpcCode.ts"

export const judge = (refusal: Refusal): Judgement => {
  const body = errorBody(refusal.body)
  if (body === undefined) return { reason: reasonByStatus(refusal), hint: notTheApi(refusal) }
  const read = FieldReader.make(body)
  const number = read.number("code", { minimum: 0, maximum: 1_000, whole: true })
  const code = number === undefined || number === 0 ? undefined : GrpcCode.nameOf(number)
  const message = read.text("message")
  const details = Array.isArray(body["details"]) ? body["details"] : []
  const asked = CloudDetails.retryDelay(details)
  const pause = asked === undefined ? refusal.retryAfterMillis : Duration.toMillis(asked)
  const reason = reasonOf(code, { ...refusal, retryAfterMillis: pause })
  return {
    reason,
    code,
    message: message === undefined ? undefined : code === undefined ? message : `${message} (${code})`,
    hint: hints[reason._tag],
    requestId: CloudDetails.requestId(details)
  }
}

const reasonOf = (code: string | undefined, refusal: Refusal): Reason => {
  switch (code) {
    case "NOT_FOUND":
      return new OperationNotFound()
    case "UNAUTHENTICATED":
      return new Unauthenticated()
    case "PERMISSION_DENIED":
      return new Forbidden()
    case "RESOURCE_EXHAUSTED":
      return throttled(refusal.retryAfterMillis)
    case "UNKNOWN":
    case "DEADLINE_EXCEEDED":
    case "INTERNAL":
    case "UNAVAILABLE":
      return unavailable(refusal.retryAfterMillis)
    case "UNIMPLEMENTED":
      return new Unsupported()
    case "CANCELLED":
    case "INVALID_ARGUMENT":
    case "ALREADY_EXISTS":
    case "FAILED_PRECONDITION":
    case "ABORTED":
    case "OUT_OF_RANGE":
    case "DATA_LOSS":
      return new Rejected()
    default:
      return reasonByStatus(refusal)
  }
}

const hints: Partial<Record<Reason["_tag"], string>> = {
  OperationNotFound: "ids do not cross between installations (cloud, cloud-kz), and old operations are forgotten",
  Unauthenticated: "IAM tokens live at most 12 hours: get a new one, and use it on the installation it is from",
  Forbidden: "the credential was recognised; its account may not see this operation"
}

const notTheApi = ({ body, status }: Refusal): string | undefined =>
  status === 404 && body === undefined ? "the answer is not the API's: check the url of this source" : undefined

/** The error object, bare or as some gateways wrap it. */
const errorBody = (body: Json | undefined): JsonObject | undefined => {
  if (!FieldReader.isObject(body)) return undefined
  const wrapped = body["error"]
  if (!FieldReader.isObject(wrapped)) return body
  const code = wrapped["code"] ?? wrapped["grpcCode"]
  return code === undefined ? wrapped : { ...wrapped, code }
}
