/** Text that lists are filtered by. It comes from providers and may hold what Postgres takes in no text. */

/** The same for the same text; what cannot be stored is replaced. */
export const make = (text: string): string => text.toWellFormed().replaceAll("\0", "\uFFFD")

/** An index of Postgres takes a third of a page at most, so kinds that begin alike for this long count as one. */
export const ofKind = (kind: string): string => make(kind.slice(0, 512))
