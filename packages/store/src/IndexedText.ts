/** Text that lists are filtered by. It comes from providers and may hold what Postgres takes in no text. */

/** The same for the same text; what cannot be stored is replaced. */
export const make = (text: string): string => text.toWellFormed().replaceAll("\0", "\uFFFD")
