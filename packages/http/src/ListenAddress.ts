/** Where the server listens. Without API keys that is loopback and nothing else; with them it is loopback unless told. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { isLoopback } from "@opwatch/core/Loopback"

export interface ListenAddress {
  readonly host: string
  /** 0 for any that is free. */
  readonly port: number
}

/** A value and what it is called where it was given, such as `OPWATCH_PORT`. */
export interface Setting {
  readonly name: string
  readonly value: string | undefined
}

export class InvalidSetting extends Schema.TaggedError<InvalidSetting>()("InvalidSetting", {
  name: Schema.String,
  value: Schema.String,
  expected: Schema.String
}) {
  override get message() {
    return `${this.name} is "${this.value}": ${this.expected}`
  }
}

const defaultHost = "127.0.0.1"
const defaultPort = 4080

/** Takes the default for what is not given or empty. */
export const parse = Effect.fnUntraced(function* (settings: {
  readonly host: Setting
  readonly port: Setting
  /** Whether the server asks for API keys. */
  readonly hasKeys: boolean
}): Effect.fn.Return<ListenAddress, InvalidSetting> {
  const host = settings.host.value || defaultHost
  if (!settings.hasKeys && !isLoopback(host)) {
    const expected = `without API keys it listens on loopback only: set ${settings.host.name} to 127.0.0.1, ::1 or localhost, or make a key with opwatch keys create`
    return yield* new InvalidSetting({ name: settings.host.name, value: host, expected })
  }
  const port = settings.port.value || String(defaultPort)
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    const expected = "a port is a number from 0 to 65535, 0 for any that is free"
    return yield* new InvalidSetting({ name: settings.port.name, value: port, expected })
  }
  return { host: host.replace(/^\[(.*)\]$/, "$1"), port: Number(port) }
})
