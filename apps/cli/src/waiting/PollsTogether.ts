/**
 * Polls of many operations that would be due at about the same time are made at the same time: a process that wakes up once
 * for twenty of them takes half the processor time of one that wakes up twenty times.
 */
import type { PollPlan } from "@opwatch/core/PollPlan"
import * as Duration from "effect/Duration"

/**
 * Polls as planned, give or take a sixteenth of the delay, and no more than a sixteenth of the one after it, which may be much
 * shorter: when the clock (`now`, in milliseconds) is at a round time.
 */
export const make =
  (plan: PollPlan, now: () => number): PollPlan =>
  (age, subject) => {
    const planned = plan(age, subject)
    const delay = Duration.toMillis(planned)
    const after = Duration.toMillis(plan(Duration.sum(age, planned), subject))
    const round = 2 ** Math.floor(Math.log2(Math.max(1, Math.min(delay, after) / 8)))
    const began = now()
    return Duration.millis(Math.round((began + delay) / round) * round - began)
  }
