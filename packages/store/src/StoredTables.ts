/**
 * The tables of a store, for what goes through all of them. What a migration adds has to be named here, as kept or as
 * transient; a test compares this list with the databases.
 */

export interface StoredTable {
  readonly name: string
  /** What people call its rows; none of a table that is one row of numbers. */
  readonly rows?: string
  /** The columns of the primary key, as SQL lists them. */
  readonly key?: string
  /** Those that are kept, the key among them. */
  readonly columns: string
  /** Those that are of this database alone, or of servers that run. */
  readonly transient?: ReadonlyArray<string>
  /** Whether the database itself counts its rows up, and gives no number twice. */
  readonly isCounted?: boolean
}

/** Tables that others refer to come before them. */
export const kept: ReadonlyArray<StoredTable> = [
  {
    name: "opwatch_operation",
    rows: "operations",
    key: "ref",
    columns:
      "ref, part, polled, done, state, seen, digest, since, touched, sequence, changes, pruned, kind, operation, touch"
  },
  {
    name: "opwatch_tracking",
    rows: "trackings",
    key: "number",
    columns: "number, owner, ref, state, partial, labels, tracked_at, deadline, deadline_millis, overdue, source, kind"
  },
  { name: "opwatch_label", rows: "labels", key: "number, name", columns: "number, name, owner, value" },
  {
    name: "opwatch_change",
    rows: "changes",
    key: "sequence",
    columns: "sequence, ref, type, at, at_millis, owner, superseded, operation"
  },
  {
    name: "opwatch_subscription",
    rows: "subscriptions",
    key: "number",
    columns: "number, id, owner, url, secret, filter, ref, since, created_at, created_millis, disabled_at",
    isCounted: true
  },
  {
    name: "opwatch_delivery",
    rows: "deliveries",
    key: "number",
    columns:
      "number, id, subscription, owner, event, type, ref, url, status, attempts, since, next_millis, ended_millis, last_status, last_error, created_at, body",
    isCounted: true
  },
  { name: "opwatch_durations", rows: "durations", key: "source, kind", columns: "source, kind, history" },
  {
    name: "opwatch_partition",
    rows: "partitions",
    key: "part",
    columns: "part, tenure",
    transient: ["handed_over", "handed_over_in"]
  },
  { name: "opwatch_webhook_cursor", columns: "sequence" },
  { name: "opwatch_counter", columns: "change, tracking, pruned, touch, oldest" }
]

/** Tables that are of this database alone, or of servers that run. */
export const transient: ReadonlyArray<string> = ["opwatch_migration", "opwatch_runner"]
