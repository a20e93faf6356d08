/** Whether an address answers by HTTP, and when it says that it did. */
import * as DurationText from "@opwatch/core/DurationText"
import * as TransportProblem from "@opwatch/rest/TransportProblem"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Stream from "effect/Stream"
import { ExitCode } from "../ExitCode.ts"
import type { Answered } from "./ClockSkew.ts"
import { type Finding, Trouble } from "./Step.ts"

/** Asked without the credential: any answer will do, unless it leads elsewhere or is a proxy's refusal. */
export const check = Effect.fnUntraced(function* (url: string) {
  const client = yield* HttpClient.HttpClient
  const start = yield* Clock.currentTimeMillis
  const { headers, status, stream } = yield* client
    .execute(HttpClientRequest.get(url))
    .pipe(Effect.mapError((error) => trouble(TransportProblem.describe(error), "is that an HTTP server?")))
  const end = yield* Clock.currentTimeMillis
  yield* Effect.ignore(Stream.runDrain(Stream.take(stream, 1)))
  const detail = `status ${status} in ${DurationText.format(Duration.millis(end - start))}, asked without a credential`
  if (status === 407) {
    return yield* trouble(detail, "the proxy wants a name and a password: put them into its URL in HTTP_PROXY")
  }
  if (status >= 300 && status < 400) {
    const place = headers["location"] ?? "nowhere"
    return yield* trouble(
      `${detail}; it redirects to ${place}`,
      "redirects are not followed: give the url of the API itself"
    )
  }
  return {
    detail,
    remedy: status >= 500 ? "the service has troubles of its own: try later" : undefined,
    value: { start, end, date: headers["date"] }
  } satisfies Finding<Answered>
})

const trouble = (detail: string, remedy: string): Trouble =>
  new Trouble({ detail, remedy, exitCode: ExitCode.unreachable })
