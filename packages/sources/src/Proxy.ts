/** Which proxy a request goes through, if any: what `NodeTransport` does, told without sending a request. */
import type { Proxies } from "./NodeTransport.ts"

/** Its URL, which may hold a password. */
export const of = (url: string, { httpProxy, httpsProxy, noProxy }: Proxies): string | undefined => {
  const { protocol } = new URL(url)
  const proxy = (protocol === "https:" ? httpsProxy : "") || httpProxy
  return proxy === "" || isDirect(new URL(url), noProxy) ? undefined : proxy
}

/** An entry is a host, whose subdomains count too, or `*` for all, each with or without a port; `*.x` leaves x itself out. */
const isDirect = (url: URL, noProxy: string): boolean => {
  const host = bare(url.hostname)
  const port = url.port || (url.protocol === "https:" ? "443" : "80")
  return noProxy
    .toLowerCase()
    .split(/[,\s]/)
    .filter((entry) => entry !== "")
    .some((entry) => {
      const [, name = entry, only = port] = /^(\[.+\]|[^:]+):(\d+)$/.exec(entry) ?? []
      const domain = bare(name.replace(/^\*?\./, ""))
      const isHost = !entry.startsWith("*") && host === domain
      return only === port && (domain === "*" || isHost || host.endsWith(`.${domain}`))
    })
}

/** Without the brackets of an IPv6 address and the dot after a full name. */
const bare = (name: string): string => name.replace(/^\[(.+)\]$/, "$1").replace(/(.)\.$/, "$1")
