/** How a webhook that is not taken on is told to whoever asked for it. */
import { WebhooksUnavailable } from "@opwatch/api/Problems"
import * as Problems from "@opwatch/api/WebhookProblems"
import type { WebhookRefused } from "@opwatch/webhooks/WebhookRefused"

/** `ref` is the operation that it was to come with. */
export const of = (
  { message, reason }: WebhookRefused,
  ref?: string
): Problems.WebhookRefused | WebhooksUnavailable => {
  const about = { detail: message, ...(ref === undefined ? {} : { ref }) }
  return reason === "unavailable"
    ? new WebhooksUnavailable({ ...about, hint: "read /v1/events instead" })
    : new Problems.WebhookRefused({ ...about, reason })
}
