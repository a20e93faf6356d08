/** What is said when a wait ends before the operations do: that they go on, and the command that waits further. */
import * as Option from "effect/Option"
import { ExitCode } from "../ExitCode.ts"
import { Failure } from "../failure/Failure.ts"

export interface Left {
  readonly code: "WaitTimedOut" | "Interrupted"
  /** What ended the wait, as in `time ran out after 5m`. */
  readonly why: string
  /** Those that are not done, of so many in all. */
  readonly refs: ReadonlyArray<string>
  readonly total: number
  /** False where they were asked to cancel. */
  readonly goesOn: boolean
  /** The command that resumes and its flags. */
  readonly resume: ReadonlyArray<string>
}

/** So many references still make a command that people paste. */
const mostRefs = 50

export const failure = ({ code, goesOn, refs, resume, total, why }: Left): Failure => {
  const [first = ""] = refs
  const one = refs.length === 1
  const subject = one ? `${first} is not done` : `${refs.length} of ${total} operations are not done`
  const fate = goesOn ? (one ? " and goes on" : " and go on") : ""
  const hint =
    refs.length <= mostRefs
      ? `resume with: ${commandLine([...resume, ...refs])}`
      : `resume with: ${commandLine([...resume, "-"])}, and the references on standard input`
  return new Failure({
    code,
    message: `${why}; ${subject}${fate}`,
    exitCode: ExitCode.timedOut,
    ref: one ? first : undefined,
    hint
  })
}

/** A flag and its value where one was given. */
export const flag = (name: string, value: Option.Option<string> | boolean): ReadonlyArray<string> => {
  if (typeof value === "boolean") return value ? [name] : []
  return Option.match(value, { onNone: () => [], onSome: (text) => [name, text] })
}

/** As one would type it into a shell. */
export const commandLine = (words: ReadonlyArray<string>): string => ["opwatch", ...words].map(quoted).join(" ")

const quoted = (word: string): string => (/^[\w@%+=:,./~-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)
