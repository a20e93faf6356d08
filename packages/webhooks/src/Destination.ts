/** Where webhooks may go. A name is judged again by its addresses with every attempt: here only what is written is. */
import * as Result from "effect/Result"
import { isIP } from "node:net"
import * as PublicAddress from "./PublicAddress.ts"
import { WebhookRefused } from "./WebhookRefused.ts"

const longest = 2048

/** The URL in its normal form, which is what deliveries to one receiver are told together by. */
export const parse = (text: string, allowPrivate: boolean): Result.Result<string, WebhookRefused> => {
  if (!URL.canParse(text)) return refuse("the URL of a webhook is an absolute http or https URL")
  const url = new URL(text)
  if (url.protocol !== "http:" && url.protocol !== "https:") return refuse("the URL of a webhook is http or https")
  if (url.username !== "" || url.password !== "") return refuse("the URL of a webhook holds no user or password")
  url.hash = ""
  if (url.href.length > longest) return refuse(`the URL of a webhook is at most ${longest} characters long`)
  if (!allowPrivate && isPrivateHost(hostOf(url))) return refuse(privateMessage)
  return Result.succeed(url.href)
}

export const privateMessage = "webhooks go to public addresses only, unless server.webhooks.allowPrivate says otherwise"

/** Without the brackets of an IPv6 address. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, "$1")

/** As far as the text itself shows it. */
const isPrivateHost = (host: string): boolean =>
  isIP(host) === 0 ? /(^|\.)localhost\.?$/.test(host) : !PublicAddress.isPublic(host)

const refuse = (message: string) => Result.fail(new WebhookRefused({ reason: "url", message }))
