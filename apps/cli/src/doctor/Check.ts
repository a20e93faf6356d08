/** What is looked at of a source, one thing at a time, and how it was found to be. */

export type CheckName =
  | "configuration"
  | "credential"
  | "token"
  | "name"
  | "connection"
  | "tls"
  | "answer"
  | "access"
  | "clock"

export interface Check {
  readonly check: CheckName
  /** `skipped` where it depends on another that is not ok, or there is nothing to look at. */
  readonly status: "ok" | "warning" | "failed" | "skipped"
  /** What was found. */
  readonly detail: string
  readonly remedy?: string
}

/** A source with its checks; it is ok when none of them failed. */
export interface CheckedSource {
  readonly source: string
  readonly ok: boolean
  readonly checks: ReadonlyArray<Check>
}
