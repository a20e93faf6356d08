/** How a source is reached: its host and port, and the proxy that stands before it. */
import type { Proxies } from "@opwatch/sources/NodeTransport"
import * as Proxy from "@opwatch/sources/Proxy"

export interface Address {
  readonly host: string
  readonly port: number
}

export interface Route extends Address {
  readonly isSecure: boolean
  /** Its URL, with the password that it may hold. */
  readonly proxy: URL | undefined
}

export const of = (url: string, proxies: Proxies | undefined): Route => {
  const proxy = proxies === undefined ? undefined : Proxy.of(url, proxies)
  const target = new URL(url)
  return {
    ...addressOf(target),
    isSecure: target.protocol === "https:",
    proxy: proxy === undefined ? undefined : new URL(proxy)
  }
}

/** Where the first connection goes. */
export const firstHop = (route: Route): Address => (route.proxy === undefined ? route : addressOf(route.proxy))

/** As in ` of the proxy http://proxy.example:3128`, to go after the name of what is found. */
export const via = ({ proxy }: Route): string => (proxy === undefined ? "" : ` (the proxy ${proxy.origin})`)

const addressOf = ({ hostname, port, protocol }: URL): Address => ({
  host: hostname.replace(/^\[(.+)\]$/, "$1"),
  port: port === "" ? (protocol === "https:" ? 443 : 80) : Number(port)
})
