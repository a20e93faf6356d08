/** Which events somebody wants: those that everything given here is true of. */
import type { OperationState } from "@opwatch/core/OperationState"
import type { SourceName } from "@opwatch/core/Reference"
import type { TrackedEvent } from "@opwatch/core/Change"
import type { Labels } from "@opwatch/core/Tracking"

export interface EventFilter {
  readonly ref?: string | undefined
  readonly source?: SourceName | undefined
  readonly kind?: string | undefined
  /** The state that the change led to. */
  readonly state?: OperationState | undefined
  /** All of them must match. */
  readonly labels?: Labels | undefined
}

export const matcher = (filter: EventFilter): ((event: TrackedEvent) => boolean) => {
  const { kind, ref, source, state } = filter
  const wanted = Object.entries(filter.labels ?? {})
  return ({ labels, operation }) =>
    (ref === undefined || operation.ref === ref) &&
    (source === undefined || operation.source === source) &&
    (kind === undefined || operation.kind === kind) &&
    (state === undefined || operation.state === state) &&
    wanted.every(([name, value]) => labels[name] === value)
}
