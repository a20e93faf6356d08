/** Kinds of operations, each the same object however many operations are of it: there may be 100,000. */
import type { Kind } from "@opwatch/core/Durations"
import type { SourceName } from "@opwatch/core/Reference"

export interface Kinds {
  /** Without a name, that of operations whose kind is not told or not known yet. */
  readonly of: (source: SourceName, name: string | undefined) => Kind
}

export const make = (): Kinds => {
  const bySource = new Map<SourceName, Map<string | undefined, Kind>>()
  return {
    of: (source, name) => {
      const kinds = bySource.get(source) ?? new Map<string | undefined, Kind>()
      const kind = kinds.get(name) ?? { source, kind: name }
      bySource.set(source, kinds.set(name, kind))
      return kind
    }
  }
}
