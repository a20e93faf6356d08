/**
 * Requests without a key that counts, by the address that they come from: so many a minute are answered and logged, the others
 * only answered, in fewer words. What is remembered is bounded, however many addresses there are.
 */

export interface Verdict {
  /** Whether there were too many, and for how long the rest will be too many. */
  readonly retryAfterSeconds: number | undefined
  /** Whether the log should tell of it; `last` of those that it tells of. */
  readonly log: "no" | "yes" | "last"
}

const windowMillis = 60_000
const perAddress = 30
const loggedPerAddress = 3
const loggedInAll = 100
const mostAddresses = 10_000

interface Window {
  readonly since: number
  count: number
}

export const make = () => {
  const windows = new Map<string, Window>()
  let logged: Window = { since: 0, count: 0 }

  return {
    /** Counts one. */
    note: (address: string, nowMillis: number): Verdict => {
      const network = networkOf(address)
      const window = currentOf(windows.get(network), nowMillis)
      window.count += 1
      windows.delete(network)
      windows.set(network, window)
      for (const oldest of windows.keys()) {
        if (windows.size <= mostAddresses) break
        windows.delete(oldest)
      }
      logged = currentOf(logged, nowMillis)
      const isLogged = window.count <= loggedPerAddress && logged.count < loggedInAll
      if (isLogged) logged.count += 1
      const left = Math.max(1, Math.ceil((window.since + windowMillis - nowMillis) / 1_000))
      return {
        retryAfterSeconds: window.count > perAddress ? left : undefined,
        log: !isLogged ? "no" : window.count === loggedPerAddress ? "last" : "yes"
      }
    },
    /** How many addresses are remembered. */
    size: () => windows.size
  }
}

/** A clock that was set back begins a new one. */
const currentOf = (window: Window | undefined, nowMillis: number): Window =>
  window !== undefined && nowMillis >= window.since && nowMillis < window.since + windowMillis
    ? window
    : { since: nowMillis, count: 0 }

/** A single host commonly has all addresses of an IPv6 network of 64 bits. */
const networkOf = (address: string): string => {
  const text = address.toLowerCase().replace(/%.*$/, "")
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(text)?.[1]
  if (mapped !== undefined || !text.includes(":")) return mapped ?? text
  const [head = "", tail] = text.split("::")
  const [first, last] = [head, tail ?? ""].map((part) => part.split(":").filter((group) => group !== ""))
  const missing = tail === undefined ? 0 : 8 - (first?.length ?? 0) - (last?.length ?? 0)
  return [...(first ?? []), ...Array.from({ length: missing }, () => "0"), ...(last ?? [])].slice(0, 4).join(":")
}
