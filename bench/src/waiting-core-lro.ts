/** Azure's poller at its own interval: what starts an operation answers with its location, and a status stands in the body. */
import { createHttpPoller, type OperationState, type RawResponse } from "@azure/core-lro"
import { type CloudOperation, get } from "./waiting-emulator.ts"
import type { Task, Wait } from "./waiting-process.ts"

export const make =
  ({ url }: Task): Wait =>
  async (id) => {
    const poller = createHttpPoller<CloudOperation, OperationState<CloudOperation>>({
      sendInitialRequest: () => Promise.resolve({ flatResponse: {}, rawResponse: accepted(id) }),
      sendPollRequest: async (id) => {
        const operation = await get(url, id)
        return { flatResponse: operation, rawResponse: told(id, operation) }
      }
    })
    const { modifiedAt } = await poller.pollUntilDone()
    return modifiedAt
  }

const accepted = (id: string): RawResponse => ({
  statusCode: 202,
  request: { method: "POST", url: "" },
  headers: { "operation-location": id }
})

const told = (id: string, operation: CloudOperation): RawResponse => ({
  statusCode: 200,
  request: { method: "GET", url: id },
  headers: {},
  body: { ...operation, status: operation.done ? "Succeeded" : "Running" }
})
