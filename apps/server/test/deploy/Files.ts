/** The files in `deploy/`. */
import { readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { parse, parseAllDocuments } from "yaml"

const folder = new URL("../../../../deploy/", import.meta.url)

export const pathOf = (name: string): string => fileURLToPath(new URL(name, folder))

export const text = (name: string): string => readFileSync(pathOf(name), "utf8")

/** Aliases and merge keys are resolved. */
export const document = (name: string): unknown => parse(text(name), { merge: true })

export const documents = (name: string): ReadonlyArray<unknown> =>
  parseAllDocuments(text(name)).map((document): unknown => document.toJS())

export const inFolder = (place: string): ReadonlyArray<string> => readdirSync(new URL(place, folder))
