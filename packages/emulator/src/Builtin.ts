/** Finished operations that are always there, one for each ending a client has to tell apart. The README lists them. */
import type * as Schema from "effect/Schema"
import type { Script } from "./Script.ts"

const toloka = (operation: Schema.JsonObject, log?: ReadonlyArray<Schema.JsonObject>): Script => ({
  api: "toloka",
  operation,
  steps: [],
  ...(log === undefined ? {} : { log })
})

const cloud = (operation: Schema.JsonObject): Script => ({ api: "cloud", operation, steps: [], cancel: "ignored" })

const failedBatch = toloka(
  {
    id: "57068577e4b0bf7b07a0256f",
    type: "TASK_SUITE.BATCH_CREATE",
    status: "FAIL",
    submitted: "2016-04-07T16:06:15.902",
    started: "2016-04-07T16:06:15.902",
    finished: "2016-04-07T16:06:15.902",
    progress: 100,
    parameters: { open_pool: false, allow_defaults: false, skip_invalid_items: false },
    details: { total_count: 2, valid_count: 0, failed_count: 2, success_count: 0, not_valid_count: 2 }
  },
  [
    {
      type: "TASK_SUITE_VALIDATE",
      success: false,
      input: { __item_idx: "0", pool_id: "3113", overlap: 1, tasks: [{ input_values: {} }] },
      output: {
        "tasks.0.input_values.image": {
          code: "VALUE_REQUIRED",
          message: "Value must be present and not equal to null"
        }
      }
    },
    {
      type: "TASK_SUITE_VALIDATE",
      success: false,
      input: {
        __item_idx: "1",
        pool_id: "3113",
        overlap: 1,
        tasks: [{ input_values: { image: "https://example.com/1.png" } }, { input_values: { image: "no link" } }]
      },
      output: {
        code: "VALIDATION_ERROR",
        message: "Validation error",
        payload: { "tasks.1.input_values.image": { code: "INVALID_URL_SYNTAX", message: "Invalid URL" } }
      }
    }
  ]
)

const partialBatch = toloka(
  {
    id: "5a3e6c0be4b0bf7b07a02570",
    type: "TASK.BATCH_CREATE",
    status: "SUCCESS",
    submitted: "2024-03-05T09:30:00.120",
    started: "2024-03-05T09:30:00.480",
    finished: "2024-03-05T09:30:04.051",
    progress: 100,
    parameters: { open_pool: false, allow_defaults: true, skip_invalid_items: true },
    details: { total_count: 3, valid_count: 2, not_valid_count: 1, success_count: 2, failed_count: 1 }
  },
  [
    {
      type: "TASK_CREATE",
      success: true,
      input: { __item_idx: "0", pool_id: "3114", input_values: { image: "https://example.com/0.png" }, overlap: 1 },
      output: { task_id: "00000c2a--65e6e6b8e4b0bf7b07a02571" }
    },
    {
      type: "TASK_VALIDATE",
      success: false,
      input: { __item_idx: "1", pool_id: "3114", input_values: {} },
      output: {
        "input_values.image": { code: "VALUE_REQUIRED", message: "Value must be present and not equal to null" }
      }
    },
    {
      type: "TASK_CREATE",
      success: true,
      input: { __item_idx: "2", pool_id: "3114", input_values: { image: "https://example.com/2.png" }, overlap: 1 },
      output: { task_id: "00000c2a--65e6e6b8e4b0bf7b07a02572" }
    }
  ]
)

const openedPool = toloka({
  id: "5a3e6c0be4b0bf7b07a02573",
  type: "POOL.OPEN",
  status: "SUCCESS",
  submitted: "2024-03-05T09:31:10.007",
  started: "2024-03-05T09:31:10.1",
  finished: "2024-03-05T09:31:12",
  parameters: { pool_id: "3114" }
})

const diskId = "fhm4disk0emulator001"

const createdDisk = cloud({
  id: "fhmdone0emulator0001",
  description: "Create disk",
  createdAt: "2024-03-05T10:00:00.104729381Z",
  createdBy: "ajeuser0emulator0001",
  modifiedAt: "2024-03-05T10:00:07.598Z",
  done: true,
  metadata: { "@type": "type.googleapis.com/yandex.cloud.compute.v1.CreateDiskMetadata", diskId },
  response: {
    "@type": "type.googleapis.com/yandex.cloud.compute.v1.Disk",
    id: diskId,
    folderId: "b1gfolder0emulator01",
    createdAt: "2024-03-05T10:00:00Z",
    name: "data",
    typeId: "network-ssd",
    zoneId: "ru-central1-a",
    size: "10737418240",
    status: "READY"
  }
})

const quotaFailure = cloud({
  id: "fhmquota0emulator001",
  description: "Create instance",
  createdAt: "2024-03-05T10:05:00.000000417Z",
  createdBy: "ajeuser0emulator0001",
  modifiedAt: "2024-03-05T10:05:02.33Z",
  done: true,
  metadata: {
    "@type": "type.googleapis.com/yandex.cloud.compute.v1.CreateInstanceMetadata",
    instanceId: "fhm4inst0emulator001"
  },
  error: {
    code: 8,
    message: "Quota limit compute.instances.count exceeded",
    details: [
      {
        "@type": "type.googleapis.com/yandex.cloud.quota.QuotaFailure",
        cloudId: "b1gcloud0emulator001",
        violations: [{ metric: { name: "compute.instances.count", limit: "12", usage: "12" }, required: "13" }]
      },
      {
        "@type": "type.googleapis.com/google.rpc.RequestInfo",
        requestId: "0b5e2d6a-6f0d-4d0e-9b57-3f1c1a7a9e21"
      }
    ]
  }
})

export const builtin: ReadonlyArray<Script> = [failedBatch, partialBatch, openedPool, createdDisk, quotaFailure]
