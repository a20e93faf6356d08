/** The first sentences of an explanation: what the operation is, how it stands, and what became of its items. */
import * as Duration from "effect/Duration"
import { counted, were } from "./Counted.ts"
import * as DurationText from "./DurationText.ts"
import type { Operation, Target } from "./Operation.ts"
import * as Timestamp from "./Timestamp.ts"

/** `subject` is the operation in plain words, where the provider's rules have some. */
export const summarize = (operation: Operation, subject = nameOf(operation)): string =>
  [`${subject} ${standing(operation)}`, ...itemsOf(operation)].join(" ")

/** How long it has run, or ran; unknown for times that contradict each other. */
export const ageOf = ({
  done,
  finishedAt,
  observedAt,
  startedAt,
  submittedAt
}: Operation): Duration.Duration | undefined => {
  const from = startedAt ?? submittedAt
  const to = done ? finishedAt : observedAt
  if (from === undefined || to === undefined) return undefined
  const millis = Timestamp.toMillis(to) - Timestamp.toMillis(from)
  return millis > 0 ? Duration.millis(millis) : undefined
}

const nameOf = ({ description, kind, target }: Operation): string => {
  const name = description || (kind === undefined ? "The operation" : wordsOf(kind))
  if (target === undefined) return name
  const thing = wordsOfType(target)
  return name.toLowerCase().endsWith(thing) ? `${name} ${target.id}` : `${name} (${nameOfTarget(target)})`
}

/** What an operation works on, in words: `function version d4e1`. */
export const nameOfTarget = (target: Target): string => `${wordsOfType(target)} ${target.id}`

const wordsOfType = ({ type }: Target): string => apart(type).replaceAll("_", " ").toLowerCase()

/** The name of a type, such as `acme.disks.v1.CreateDisk`, in words; other kinds stay as they are. */
const wordsOf = (kind: string): string => {
  const [, name] = /^(?:[a-z]\w*\.)+([A-Z][a-z]\w*)$/.exec(kind) ?? []
  return name === undefined ? kind : apart(name).replace(/ [A-Z](?=[a-z])/g, (start) => start.toLowerCase())
}

const apart = (text: string): string => text.replace(/(?<=[a-z0-9])(?=[A-Z])/g, " ")

const standing = (operation: Operation): string => {
  const age = ageOf(operation)
  const span = age === undefined ? undefined : DurationText.format(age)
  const after = span === undefined ? "" : ` after ${span}`
  const progress = operation.progress === undefined ? "" : `, ${Math.floor(operation.progress)} % done`
  switch (operation.state) {
    case "pending":
      return `has not started yet${span === undefined ? "" : `; it was submitted ${span} ago`}.`
    case "running":
      return `${span === undefined ? "is running" : `has been running for ${span}`}${progress}.`
    case "rolling_back":
      return "met a failure, and what it had done is being undone. It has not ended yet."
    case "succeeded":
      return `${successOf(operation)}${after}.`
    case "failed":
      return `failed${after}.`
    case "cancelled":
      return `was cancelled${after}.`
    case "lost":
      return "was found before, and the provider no longer finds it. How it ended is not known."
    case "unknown":
      return `is in a state that opwatch does not know${progress}, so it does not count as ended.`
  }
}

const successOf = ({ counts, partial }: Operation): string =>
  partial !== true
    ? "succeeded"
    : counts?.succeeded === 0
      ? "ended without creating anything"
      : "succeeded only in part"

const itemsOf = ({ counts, done }: Operation): ReadonlyArray<string> => {
  if (counts?.total === undefined || counts.succeeded === undefined) return []
  const { invalid = 0, succeeded, total } = counts
  if (total === 0) return ["It had no items."]
  if (!done) return [`So far ${succeeded} of ${counted(total, "item")} ${succeeded === 1 ? "is" : "are"} created.`]
  const left = total - succeeded
  if (left <= 0) return [total === 1 ? "Its one item was created." : `All ${total} items were created.`]
  if (succeeded === 0) {
    const refused = invalid === 0 ? "" : total === 1 ? ": it is not valid" : `; ${invalid} ${were(invalid)} not valid`
    return [
      total === 1 ? `Its one item was not created${refused}.` : `None of the ${total} items was created${refused}.`
    ]
  }
  const refused = invalid === 0 ? "" : invalid >= left ? " as not valid" : `, ${invalid} of them not valid`
  return [`${succeeded} of ${total} items ${were(succeeded)} created; ${left} ${were(left)} left behind${refused}.`]
}
