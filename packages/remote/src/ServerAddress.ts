/** Where an opwatch server is, and the key it wants. The key never goes over a network in the clear. */
import { isLoopback } from "@opwatch/core/Loopback"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

export interface ServerAddress {
  /** Without a slash at its end. */
  readonly url: string
  readonly key?: Redacted.Redacted<string>
}

/** No server is asked with this. Neither a password nor a key is repeated. */
export class InvalidServerAddress extends Schema.TaggedError<InvalidServerAddress>()("InvalidServerAddress", {
  problem: Schema.String,
  /** What would be right. */
  right: Schema.String
}) {
  override get message() {
    return `${this.problem}; ${this.right}`
  }
}

export const make = (
  url: string,
  key?: Redacted.Redacted<string>
): Result.Result<ServerAddress, InvalidServerAddress> => {
  const invalid = check(url.trim(), key)
  if (invalid !== undefined) return Result.fail(invalid)
  const address = { url: url.trim().replace(/\/+$/, "") }
  return Result.succeed(key === undefined ? address : { ...address, key })
}

const check = (input: string, key: Redacted.Redacted<string> | undefined): InvalidServerAddress | undefined => {
  const invalid = (problem: string, right: string) => new InvalidServerAddress({ problem, right })
  const shown = `"${input.replace(/^(\w+:\/\/)?[^/]*@/, "$1…@")}"`
  if (!/^https?:\/\//i.test(input) || !URL.canParse(input)) {
    const example = /^[\w.-]+(:\d+)?(\/|$)/.test(input) ? `http://${input}` : "http://127.0.0.1:4080"
    return invalid(`${shown} is not the URL of an opwatch server`, `write it as in ${example}`)
  }
  const { hash, hostname, origin, password, pathname, protocol, search, username } = new URL(input)
  const plain = `${origin}${pathname.replace(/\/+$/, "")}`
  if (`${username}${password}` !== "") {
    return invalid(`${shown} carries a name or a password`, `write ${plain}, and put the key into OPWATCH_API_KEY`)
  }
  if (`${search}${hash}` !== "") return invalid(`${shown} is more than the URL of a server`, `write ${plain}`)
  if (plain.endsWith("/v1")) return invalid(`${shown} goes too far`, `write ${plain.replace(/\/v1$/, "")}`)
  if (key === undefined) return undefined
  if (!/^[\x21-\x7e]+$/.test(Redacted.value(key))) {
    const problem = "OPWATCH_API_KEY holds a character that no key has"
    return invalid(problem, "see that there is no space and no line break in it")
  }
  return protocol === "https:" || isLoopback(hostname)
    ? undefined
    : invalid(`the key in OPWATCH_API_KEY would go to ${plain} in the clear`, "use https, or a server on this machine")
}
