/**
 * Quotas and limits. The last word of a metric's name says of which sort it is: a `.rate` passes by itself, while a `.count`
 * or a `.size` stays used up until something is freed or the quota is raised.
 */
import { cause, type Cause, type NextStep } from "@opwatch/core/Diagnosis"

export const code = "QUOTA_EXCEEDED"

/** `metric` is known where the provider names one. */
export const exceeded = (message: string, metric: string | undefined): Cause => cause(code, message, metric)

export const advice = (metric: string | undefined): NextStep => {
  if (metric === undefined) {
    return { text: "Free some of what is limited, or ask the cloud's support for a larger quota; then start it again." }
  }
  const text = metric.endsWith(".rate")
    ? `${metric} is a limit on how often something may be asked for. It passes by itself: start it again later.`
    : `${metric} is used up: free some of it, or ask the cloud's support for a larger quota. Until then it will fail again.`
  return { text }
}

/** The first metric that a text names early on, such as `compute.instances.count`. */
export const metricIn = (text: string): string | undefined =>
  /\b[a-z][\w-]*(?:\.[\w-]+)*\.(?:count|size|rate)\b/i.exec(text.slice(0, 1_000))?.[0]
