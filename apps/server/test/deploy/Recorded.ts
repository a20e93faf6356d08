/** A value that remembers what of it was read. Whoever reads all that it knows leaves what it does not know. */
import * as Predicate from "effect/Predicate"

export interface Recorded<A> {
  readonly value: A
  /** What nobody read, as `spec.replicas`, without what is below it. */
  readonly unread: () => ReadonlyArray<string>
}

export const make = <A extends object>(value: A): Recorded<A> => {
  const seen = new Set<string>()
  const recorded = <B extends object>(inner: B, place: string): B =>
    new Proxy(inner, {
      get: (target, key) => {
        const found: unknown = Reflect.get(target, key)
        const path = place + String(key)
        seen.add(path)
        return typeof found === "object" && found !== null ? recorded(found, `${path}.`) : found
      }
    })
  const unseen = (inner: object, place: string): ReadonlyArray<string> =>
    Object.entries(inner).flatMap(([key, below]) => {
      const path = place + key
      if (!seen.has(path)) return [path]
      return Predicate.isObjectOrArray(below) ? unseen(below, `${path}.`) : []
    })
  return { value: recorded(value, ""), unread: () => unseen(value, "") }
}
