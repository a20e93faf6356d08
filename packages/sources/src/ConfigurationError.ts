/** The configuration cannot be used; the message names the value, where it stands, and what would be right. */
import * as Schema from "effect/Schema"

export class ConfigurationError extends Schema.TaggedError<ConfigurationError>()("ConfigurationError", {
  message: Schema.String
}) {}
