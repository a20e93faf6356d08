/** Which hosts are this machine and nothing else. */

const ipv4 = /^127(\.(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}$/

/** A host name or address without port; an IPv6 address with or without its brackets. */
export const isLoopback = (host: string): boolean => {
  const name = host.toLowerCase()
  return name === "localhost" || name === "::1" || name === "[::1]" || ipv4.test(name)
}
