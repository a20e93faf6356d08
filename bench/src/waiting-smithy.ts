/** The waiter under those of the AWS SDK, with Smithy's own delays: from 2 s, at random, to 120 s. */
import { checkExceptions, createWaiter, WaiterState } from "@smithy/util-waiter"
import { type CloudOperation, get } from "./waiting-emulator.ts"
import type { Task, Wait } from "./waiting-process.ts"

const delays = { minDelay: 2, maxDelay: 120, maxWaitTime: 3_600 }

export const make =
  ({ url }: Task): Wait =>
  async (id) => {
    const result = await createWaiter<string, string, CloudOperation>({ ...delays, client: url }, id, accept)
    const { final } = checkExceptions(result)
    if (final === undefined) throw new Error(`the waiter told nothing of ${id}`)
    return final.modifiedAt
  }

const accept = async (url: string, id: string) => {
  const operation = await get(url, id)
  const state = operation.done ? WaiterState.SUCCESS : WaiterState.RETRY
  return { state, reason: { ...operation, $metadata: { httpStatusCode: 200 } } }
}
