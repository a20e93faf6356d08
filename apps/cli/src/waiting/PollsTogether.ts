/**
 * Polls of many operations that would be due at about the same time are made at the same time: a process that wakes up once
 * for twenty of them takes half the processor time of one that wakes up twenty times.
 */
import type { PollPlan } from "@opwatch/core/PollPlan"
import * as Duration from "effect/Duration"

/** Polls as planned, give or take a sixteenth of the delay: when the clock (`now`, in milliseconds) is at a round time. */
export const make =
  (plan: PollPlan, now: () => number): PollPlan =>
  (age) => {
    const delay = Duration.toMillis(plan(age))
    const round = 2 ** Math.floor(Math.log2(Math.max(1, delay / 8)))
    const began = now()
    return Duration.millis(Math.round((began + delay) / round) * round - began)
  }
