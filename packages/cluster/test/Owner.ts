/** Who owned which partitions when, by what each said of itself. */
import * as Partition from "@opwatch/tracker/Partition"

export interface Report {
  /** In milliseconds of the epoch, by the owner's clock. */
  readonly at: number
  readonly owned: ReadonlySet<number>
}

export interface Owner {
  readonly reports: ReadonlyArray<Report>
}

export const ownedBy = ({ reports }: Owner): ReadonlySet<number> => reports.at(-1)?.owned ?? new Set()

/** Each partition has one of these for owner. */
export const isShared = (...owners: ReadonlyArray<Owner>): boolean => {
  const all = owners.flatMap((owner) => [...ownedBy(owner)])
  return all.length === Partition.count && new Set(all).size === Partition.count
}

/** And none has two more than another. */
export const isEven = (...owners: ReadonlyArray<Owner>): boolean => {
  const least = Math.floor(Partition.count / owners.length)
  return isShared(...owners) && owners.every((owner) => ownedBy(owner).size >= least)
}

export const isIdle = (owner: Owner): boolean => ownedBy(owner).size === 0

/** For how many milliseconds at most a partition had both for owner. */
export const overlap = (one: Owner, other: Owner): number =>
  Math.max(0, ...Array.from({ length: Partition.count }, (_, partition) => overlapOf(partition, one, other)))

const overlapOf = (partition: number, one: Owner, other: Owner): number => {
  const overlaps = tenures(one, partition).flatMap(([from, to]) =>
    tenures(other, partition).map(([start, end]) => Math.min(to, end) - Math.max(from, start))
  )
  return Math.max(0, ...overlaps)
}

/** From when to when it owned the partition. */
const tenures = ({ reports }: Owner, partition: number): ReadonlyArray<readonly [from: number, to: number]> => {
  const changes = reports.filter(
    ({ owned }, index) => owned.has(partition) !== (reports[index - 1]?.owned.has(partition) ?? false)
  )
  return changes.flatMap(({ at, owned }, index) =>
    owned.has(partition) ? [[at, changes[index + 1]?.at ?? Infinity] as const] : []
  )
}
