/** Takes the credential of a request out of whatever the provider sends back, wherever and in whatever pieces it comes. */
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as Redaction from "@opwatch/core/Redaction"

export interface CredentialScrub {
  readonly text: (text: string) => string
  readonly stream: <E>(text: Stream.Stream<string, E>) => Stream.Stream<string, E>
}

export const make = (credential: Option.Option<Redacted.Redacted<string>>): CredentialScrub => {
  if (Option.isNone(credential)) return { text: (text) => text, stream: (text) => text }
  const secret = credential.value
  const text = (text: string) => Redaction.scrub(text, secret)
  return { text, stream: (pieces) => inPieces(pieces, text, Redacted.value(secret)) }
}

/** Holds back the end of a piece for as long as the credential may have begun in it. */
const inPieces = <E>(pieces: Stream.Stream<string, E>, scrub: (text: string) => string, secret: string) =>
  Stream.suspend((): Stream.Stream<string, E> => {
    let held = ""
    const released = Stream.map(pieces, (piece) => {
      const text = scrub(held + piece)
      const end = text.length - begun(text, secret)
      held = text.slice(end)
      return text.slice(0, end)
    })
    return Stream.concat(
      released,
      Stream.suspend(() => Stream.succeed(held))
    )
  })

/** How much of the secret's beginning stands at the end of the text. */
const begun = (text: string, secret: string): number => {
  for (let length = Math.min(text.length, secret.length - 1); length > 0; length--) {
    if (text.endsWith(secret.slice(0, length))) return length
  }
  return 0
}
