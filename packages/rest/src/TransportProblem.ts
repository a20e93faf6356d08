/** Why no answer came, in plain words, without addresses or headers. */
import type * as HttpClientError from "effect/http/HttpClientError"
import * as Predicate from "effect/Predicate"

export const describe = ({ reason }: HttpClientError.HttpClientError): string => {
  const cause: unknown = "cause" in reason ? reason.cause : undefined
  if (Predicate.hasProperty(cause, "code") && typeof cause.code === "string") return wordsOf(cause.code)
  return cause instanceof Error ? cause.message : reason._tag
}

/** For the code of a system error, of TLS or of undici. */
export const wordsOf = (code: string): string => {
  if (/^(ERR_(SSL|TLS)|CERT_|DEPTH_ZERO_|UNABLE_TO_|SELF_SIGNED_)/.test(code)) {
    return `its certificate or its TLS is not accepted (${code}); NODE_EXTRA_CA_CERTS adds certificates`
  }
  if (code.startsWith("HPE_")) return `what it sends is not HTTP (${code})`
  return plain.get(code) ?? code
}

const plain = new Map([
  ["ECONNREFUSED", "the connection was refused"],
  ["ECONNRESET", "the connection was reset"],
  ["EPIPE", "the connection was closed"],
  ["ENOTFOUND", "there is no such host"],
  ["EAI_AGAIN", "the host's address could not be looked up"],
  ["EHOSTUNREACH", "the host cannot be reached"],
  ["ENETUNREACH", "the network cannot be reached"],
  ["ETIMEDOUT", "the connection timed out"],
  ["UND_ERR_CONNECT_TIMEOUT", "the connection timed out"],
  ["UND_ERR_SOCKET", "the connection was closed"]
])
