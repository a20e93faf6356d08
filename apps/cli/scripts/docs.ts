/** Writes the pages of `docs/` that are made from the program. */
import { mkdirSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import * as CommandReference from "./CommandReference.ts"
import * as JsonSchemas from "./JsonSchemas.ts"

const page = fileURLToPath(new URL("../../../docs/cli.md", import.meta.url))

writeFileSync(page, await Effect.runPromise(CommandReference.markdown))

const schemas = fileURLToPath(new URL("../../../docs/schema/", import.meta.url))

mkdirSync(schemas, { recursive: true })
for (const name of JsonSchemas.names) writeFileSync(`${schemas}${name}.json`, JsonSchemas.file(name))
