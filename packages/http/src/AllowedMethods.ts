/** Which methods a path has an answer to, by the contract: what tells a wrong method from a wrong path. */
import { OpwatchApi } from "@opwatch/api/OpwatchApi"
import * as FindMyWay from "effect/http/FindMyWay"
import { routerConfig } from "./RouterConfig.ts"

const router = FindMyWay.make<true>(routerConfig)
const methods = new Set<string>()
for (const { endpoints } of Object.values(OpwatchApi.groups)) {
  for (const { method, path } of Object.values(endpoints)) {
    router.on(method, path, true)
    methods.add(method)
  }
}
for (const path of ["/openapi.json", "/docs"] as const) router.on("GET", path, true)

/** None if nothing answers there; `HEAD` goes with `GET`. */
export const of = (url: string): ReadonlyArray<string> => {
  const allowed = [...methods].filter((method) => router.find(method, url) !== undefined)
  return allowed.includes("GET") ? ["GET", "HEAD", ...allowed.filter((method) => method !== "GET")] : allowed
}
