/** The key file cannot be used; the message names the file and what is wrong with it, and repeats nothing of its content. */
import * as Schema from "effect/Schema"

export class KeyFileError extends Schema.TaggedError<KeyFileError>()("KeyFileError", {
  path: Schema.String,
  problem: Schema.String,
  /** There is no such file. */
  missing: Schema.optionalKey(Schema.Literal(true))
}) {
  override get message() {
    return `${this.path}: ${this.problem}`
  }
}
