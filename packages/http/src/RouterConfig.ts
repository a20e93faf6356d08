/** How paths are told apart: ids are never cut, an empty one is not skipped, and only a slash at the end is passed over. */
import type { RouterConfig } from "effect/http/FindMyWay"

export const routerConfig: Partial<RouterConfig> = {
  maxParamLength: Infinity,
  ignoreDuplicateSlashes: false,
  caseSensitive: true
}
