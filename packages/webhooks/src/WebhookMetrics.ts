/** What is counted and measured of deliveries. */
import * as Metric from "effect/Metric"
import type { Outcome } from "./WebhookStore.ts"

const outcomes = {
  Delivered: "delivered",
  Failed: "failed",
  Dead: "dead",
  Gone: "gone",
  Released: "interrupted"
} satisfies Record<Outcome["_tag"], string>

/** Attempts by what came of them. */
export const deliveries = (outcome: Outcome["_tag"]) =>
  Metric.counter("opwatch_deliveries_total", {
    description: "Attempts to deliver a webhook by what came of them",
    attributes: { outcome: outcomes[outcome] },
    incremental: true
  })

/** As of the latest look at the store, which comes every half minute. */
export const pending = Metric.gauge("opwatch_deliveries_pending", {
  description: "Deliveries that are to be made or tried again"
})

export const seconds = Metric.histogram("opwatch_delivery_seconds", {
  description: "How long receivers took to answer, or attempts to fail",
  boundaries: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15]
})
