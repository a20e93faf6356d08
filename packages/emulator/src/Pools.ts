/**
 * Toloka's pools. Every number is a pool, closed until it is opened; only those that were ever asked to change take memory.
 * A change that was asked for takes effect at its time, and until then no other is accepted.
 */
import type * as Schema from "effect/Schema"
import { tolokaTime } from "./Timestamp.ts"

export type Status = "OPEN" | "CLOSED"

/** `already` when the pool is as asked, `locked` while an earlier change is under way. */
type Answer = "accepted" | "already" | "locked"

interface Pool {
  readonly status: Status
  readonly next?: { readonly status: Status; readonly at: number }
  readonly lastStarted?: number
  readonly lastStopped?: number
}

export const isPoolId = (id: string): boolean => /^\d{1,15}$/.test(id)

export const make = () => {
  const pools = new Map<string, Pool>()

  const settled = (id: string, now: number): Pool => {
    const pool = pools.get(id) ?? { status: "CLOSED" }
    if (pool.next === undefined || now < pool.next.at) return pool
    const { next, ...rest } = pool
    const stamp = next.status === "OPEN" ? { lastStarted: next.at } : { lastStopped: next.at }
    return { ...rest, ...stamp, status: next.status }
  }

  return {
    change: (id: string, status: Status, now: number, at: number): Answer => {
      const pool = settled(id, now)
      if (pool.next !== undefined) return "locked"
      if (pool.status === status) return "already"
      pools.set(id, { ...pool, next: { status, at } })
      return "accepted"
    },
    show: (id: string, now: number): Schema.JsonObject => objectOf(id, settled(id, now)),
    clear: () => pools.clear()
  }
}

const objectOf = (id: string, { lastStarted, lastStopped, status }: Pool): Schema.JsonObject => ({
  id,
  project_id: "1",
  private_name: `Pool ${id}`,
  may_contain_adult_content: false,
  will_expire: "2100-01-01T00:00:00",
  reward_per_assignment: 0.01,
  assignment_max_duration_seconds: 600,
  auto_accept_solutions: true,
  defaults: { default_overlap_for_new_tasks: 1, default_overlap_for_new_task_suites: 1 },
  type: "REGULAR",
  status,
  created: "2024-03-05T09:00:00.000",
  ...(lastStarted === undefined ? {} : { last_started: tolokaTime(lastStarted) }),
  ...(lastStopped === undefined ? {} : { last_stopped: tolokaTime(lastStopped), last_close_reason: "MANUAL" })
})
