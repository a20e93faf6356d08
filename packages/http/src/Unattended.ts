/** What whoever asks is told while there is nothing behind the socket: not yet, or not any more. */
import { NotReady } from "@opwatch/api/Problems"
import * as Schema from "effect/Schema"

export const status = 503

export const headers = { "content-type": "application/problem+json", "retry-after": "1", connection: "close" }

export const body = Schema.encodeSync(Schema.fromJsonString(NotReady))(
  new NotReady({ detail: "the server starts, or is about to end", hint: "ask again" })
)
