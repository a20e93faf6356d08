/** Where the key file is: where the environment says, else in the user's configuration folder. */
import * as Fs from "node:fs"
import * as Path from "node:path"

export type Environment = Readonly<Record<string, string | undefined>>

export const variable = "OPWATCH_API_KEYS_FILE"

/** Where keys are written to; undefined where there is no configuration folder either. */
export const ofUser = (environment: Environment): string | undefined => {
  const { HOME = "", XDG_CONFIG_HOME = "", [variable]: named = "" } = environment
  if (named !== "") return named
  const folder = [XDG_CONFIG_HOME, Path.join(HOME, ".config")].find((path) => Path.isAbsolute(path))
  return folder === undefined ? undefined : Path.join(folder, "opwatch", "api-keys.json")
}

/** Whose keys a server asks for: a file that is named has to be there, the user's own need not. Undefined for no keys. */
export const ofServer = (environment: Environment): string | undefined => {
  const path = ofUser(environment)
  return path === undefined || environment[variable] || Fs.existsSync(path) ? path : undefined
}
