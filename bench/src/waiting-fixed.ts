/** What the SDKs of both vendors do: ask, and ask again a second after the answer. */
import { setTimeout } from "node:timers/promises"
import { get } from "./waiting-emulator.ts"
import type { Task, Wait } from "./waiting-process.ts"

export const make =
  ({ url }: Task): Wait =>
  async (id) => {
    for (;;) {
      const { done, modifiedAt } = await get(url, id)
      if (done) return modifiedAt
      await setTimeout(1_000)
    }
  }
