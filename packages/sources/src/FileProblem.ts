/** Why a file cannot be read, in plain words. */
import type { PlatformError } from "effect/PlatformError"

export const describe = ({ reason }: PlatformError): string => {
  switch (reason._tag) {
    case "NotFound":
      return "there is no such file"
    case "PermissionDenied":
      return "it may not be read by this user"
    case "BadResource":
      return "it is no file"
    default:
      return `it cannot be read (${reason._tag})`
  }
}
