/** The flags of commands that listen, and what is said when they cannot. */
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Failure from "../failure/Failure.ts"
import { text } from "./ReadingFlags.ts"

export const host = (about: string) => text("host", "HOST", about)

/** A whole number of 0 to 65535; 0 takes a free port. */
export const port = (about: string) =>
  Flag.String("port").pipe(
    Flag.filterMap(
      (text) => Option.filter(Option.some(Number(text)), (number) => /^\d+$/.test(text) && number <= 65_535),
      () => "a port of 0 to 65535"
    ),
    Flag.withMetavar("PORT"),
    Flag.withDescription(about),
    Flag.optional
  )

export const cannotListen = (
  { host, port }: { readonly host: string; readonly port: number },
  cause: unknown
): Failure.Failure => {
  const code = Predicate.hasProperty(cause, "code") ? String(cause.code) : "unknown"
  return Failure.usage("CannotListen", `cannot listen on ${host}:${port}: ${problems[code] ?? code}`, hints[code])
}

const problems: Record<string, string> = {
  EADDRINUSE: "the port is taken",
  EACCES: "that is not allowed",
  EADDRNOTAVAIL: "this machine has no such address",
  ENOTFOUND: "there is no such host"
}

const hints: Record<string, string> = { EADDRINUSE: "choose another with --port" }
