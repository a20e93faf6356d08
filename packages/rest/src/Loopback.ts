/** Which hosts are this machine and nothing else. */

/** A host name or address without port; an IPv6 address in brackets, as in a URL. */
export const isLoopback = (host: string): boolean => /^(localhost|\[::1\]|127(\.\d{1,3}){3})$/i.test(host)
