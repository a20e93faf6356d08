/** Which credentials the emulator lets in. An API without a section is not checked; an empty section lets nobody in. */
import * as Schema from "effect/Schema"
import { decode as decodeDocument, strict } from "./InvalidDocument.ts"

const Secrets = Schema.optionalKey(Schema.Array(Schema.RedactedFromValue(Schema.NonEmptyString)))

export const Credentials = strict({
  toloka: Schema.optionalKey(strict({ oauth: Secrets, apiKey: Secrets })),
  cloud: Schema.optionalKey(strict({ iamToken: Secrets, apiKey: Secrets }))
})
export type Credentials = typeof Credentials.Type

/** Takes a parsed JSON or YAML value; the error tells places, never a credential. */
export const decode = decodeDocument(Credentials, "credentials")
