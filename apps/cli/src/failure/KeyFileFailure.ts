/** What is told of a key file that cannot be used. */
import type { KeyFileError } from "@opwatch/access/KeyFileError"
import * as Failure from "./Failure.ts"

export const of = ({ _tag, message, missing }: KeyFileError): Failure.Failure =>
  Failure.usage(_tag, message, missing === true ? "`opwatch keys create NAME --scope read` makes one" : undefined)
