/** Whether what everybody was told agrees. Each finding is a sentence. */
import type { EventReader, Told } from "./EventReader.ts"

export interface Change {
  readonly sequence: number
  readonly type: string
  readonly operation: { readonly ref: string; readonly state: string; readonly done: boolean }
}

export type Findings = ReadonlyArray<string>

const unless = (holds: boolean, finding: () => string): Findings => (holds ? [] : [finding()])

/** The first place where two lists are not the same. */
export const differences = (what: string, found: ReadonlyArray<string>, expected: ReadonlyArray<string>): Findings => {
  const length = Math.max(found.length, expected.length)
  const place = Array.from({ length }).findIndex((_, index) => found[index] !== expected[index])
  const told = () =>
    `${what}: ${found.length} for ${expected.length}, at ${place} ${found[place]} for ${expected[place]}`
  return unless(place === -1, told)
}

/** Every number from 1 on is the id of one event, and no operation is at its end twice. */
export const ofAll = (all: ReadonlyArray<Told>): Findings => {
  const ids = all.map(({ id }) => id)
  const ends = all.filter(({ done, type }) => done && type !== "operation.overdue").map(({ ref }) => ref)
  return [
    ...differences(
      "all events",
      ids,
      ids.map((_, index) => String(index + 1))
    ),
    ...unless(new Set(ends).size === ends.length, () => "an operation has ended twice")
  ]
}

const rank = ({ done, state }: Change["operation"]) => (done ? 3 : state === "pending" ? 0 : 1)

const isOfOperation = ({ type }: Pick<Change, "type">) => type !== "operation.overdue"

/** One end, which is the last, and no way back. */
export const ofHistory = (ref: string, state: string, changes: ReadonlyArray<Change>): Findings => {
  const own = changes.filter(isOfOperation)
  const words = own.map(({ operation }) => operation.state).join(", ")
  return [
    ...unless(own.at(-1)?.operation.state === state, () => `${ref} goes ${words}, and does not end ${state}`),
    ...unless(own.filter(({ operation }) => operation.done).length === 1, () => `${ref} ends not once: ${words}`),
    ...unless(
      own.every((change, index) => rank(change.operation) >= rank((own[index - 1] ?? change).operation)),
      () => `${ref} goes back: ${words}`
    ),
    ...unless(changes.length - own.length <= 1, () => `${ref} is overdue more than once`)
  ]
}

/** What readers are told of an operation is what its history has. */
export const ofEvents = (ref: string, all: ReadonlyArray<Told>, changes: ReadonlyArray<Change>): Findings =>
  differences(
    `the history of ${ref}`,
    changes.map(({ sequence, type }) => `${sequence} ${type}`),
    all.filter((event) => event.ref === ref).map(({ id, type }) => `${id} ${type}`)
  )

/** All that the reader asked for and that came after where it began, each once and in order. */
export const ofReader = <A extends Told>(
  { from, path, surprises, told }: Pick<EventReader, "from" | "path" | "surprises" | "told">,
  all: ReadonlyArray<A>,
  concerns: (event: A) => boolean
): Findings => [
  ...surprises.map((surprise) => `${path}: ${surprise}`),
  ...differences(
    path,
    told.map(({ id, type }) => `${id} ${type}`),
    all.filter((event) => Number(event.id) > Number(from) && concerns(event)).map(({ id, type }) => `${id} ${type}`)
  )
]

/** The present state when it began, then every change of the operation after that. */
export const ofFollower = (
  { path, surprises, told: [first, ...next] }: EventReader,
  all: ReadonlyArray<Told>,
  ref: string
): Findings => [
  ...surprises.map((surprise) => `${path}: ${surprise}`),
  ...differences(
    path,
    next.map(({ id, state }) => `${id} ${state}`),
    all
      .filter((event) => event.ref === ref && isOfOperation(event) && Number(event.id) > Number(first?.id ?? 0))
      .map(({ id, state }) => `${id} ${state}`)
  )
]
