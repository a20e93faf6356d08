/** The scenes of the demo: what the emulator is told to run, which commands are shown, and how each of them must end. */
import type * as Schema from "effect/Schema"

/** A command, its exit code, and a text that its output must hold. */
export interface Shown {
  readonly args: ReadonlyArray<string>
  readonly exitCode: number
  readonly says: string
}

export interface Scene {
  readonly title: string
  /** A script as the emulator takes it. */
  readonly script: Schema.JsonObject
  readonly commands: ReadonlyArray<Shown>
}

const field = { code: "VALUE_REQUIRED", message: "Value must be present and not equal to null" }
const url = { code: "INVALID_URL_SYNTAX", message: "Invalid URL" }

const input = (item: number, image?: string): Schema.JsonObject => ({
  __item_idx: String(item),
  pool_id: "3114",
  input_values: image === undefined ? {} : { image }
})

const created = (item: number): Schema.JsonObject => ({
  type: "TASK_CREATE",
  success: true,
  input: input(item, `https://example.com/${item}.png`),
  output: { task_id: `00000c2a--65e6e6b8e4b0bf7b07a0260${item}` }
})

const refused = (item: number, error: Schema.JsonObject, image?: string): Schema.JsonObject => ({
  type: "TASK_VALIDATE",
  success: false,
  input: input(item, image),
  output: { "input_values.image": error }
})

const partialUpload = "65e6e6b8e4b0bf7b07a02600"
const failedUpload = "65e6e6b8e4b0bf7b07a02610"
const disk = "fhmdemodisk000000001"
const instance = "fhmdemoinstance00001"
const cluster = "fhmdemocluster000001"

const type = (name: string) => `type.googleapis.com/yandex.cloud.${name}`

export const scenes: ReadonlyArray<Scene> = [
  {
    title: "An upload of five tasks to Toloka that passes over invalid ones. It succeeds, but only in part.",
    script: {
      api: "toloka",
      id: partialUpload,
      operation: { type: "TASK.BATCH_CREATE", parameters: { skip_invalid_items: true, open_pool: false } },
      steps: [
        { after: "300ms", set: { status: "RUNNING", progress: 20 } },
        { after: "900ms", set: { progress: 60 } },
        {
          after: "1500ms",
          set: {
            status: "SUCCESS",
            progress: 100,
            details: { total_count: 5, valid_count: 3, not_valid_count: 2, success_count: 3, failed_count: 2 }
          }
        }
      ],
      log: [created(0), refused(1, field), created(2), refused(3, field), created(4)]
    },
    commands: [
      { args: ["wait", `toloka/${partialUpload}`, "--strict"], exitCode: 9, says: "3 of 5 succeeded" },
      { args: ["explain", `toloka/${partialUpload}`], exitCode: 0, says: "VALUE_REQUIRED" }
    ]
  },
  {
    title: "An upload to Toloka that fails. Toloka's operation does not say why; its log does.",
    script: {
      api: "toloka",
      id: failedUpload,
      operation: { type: "TASK.BATCH_CREATE", parameters: { skip_invalid_items: false } },
      steps: [
        { after: "200ms", set: { status: "RUNNING" } },
        {
          after: "900ms",
          set: {
            status: "FAIL",
            details: { total_count: 2, valid_count: 0, not_valid_count: 2, success_count: 0, failed_count: 2 }
          }
        }
      ],
      log: [refused(0, field), refused(1, url, "no link")]
    },
    commands: [
      { args: ["wait", `toloka/${failedUpload}`], exitCode: 1, says: "0 of 2 succeeded" },
      { args: ["log", `toloka/${failedUpload}`, "--failed"], exitCode: 0, says: "INVALID_URL_SYNTAX" }
    ]
  },
  {
    title: "A disk is made from a snapshot on Yandex Cloud, with progress, which tells when it should end.",
    script: {
      api: "cloud",
      id: disk,
      operation: {
        description: "Create disk",
        metadata: { "@type": type("compute.v1.CreateDiskMetadata"), diskId: "fhm4demodisk", progressPercentage: 10 }
      },
      steps: [
        { after: "1s", set: { metadata: { progressPercentage: 30 } } },
        { after: "2s", set: { metadata: { progressPercentage: 60 } } },
        {
          after: "3300ms",
          set: {
            metadata: { progressPercentage: 100 },
            done: true,
            response: { "@type": type("compute.v1.Disk"), id: "fhm4demodisk", status: "READY" }
          }
        }
      ]
    },
    commands: [{ args: ["wait", `cloud/${disk}`], exitCode: 0, says: "succeeded" }]
  },
  {
    title: "An instance over the quota: the cloud notices, rolls back, and only then has failed.",
    script: {
      api: "cloud",
      id: instance,
      operation: {
        description: "Create instance",
        metadata: { "@type": type("compute.v1.CreateInstanceMetadata"), instanceId: "fhm4demoinstance" }
      },
      steps: [
        {
          after: "600ms",
          set: {
            error: {
              code: 8,
              message: "Quota limit compute.instances.count exceeded",
              details: [
                {
                  "@type": type("quota.QuotaFailure"),
                  violations: [
                    { metric: { name: "compute.instances.count", limit: "12", usage: "12" }, required: "13" }
                  ]
                }
              ]
            }
          }
        },
        /** Later than the second poll, on a slow machine too. */
        { after: "6s", set: { done: true } }
      ]
    },
    commands: [
      { args: ["watch", `cloud/${instance}`], exitCode: 1, says: "rolling back" },
      { args: ["explain", `cloud/${instance}`], exitCode: 0, says: "QUOTA_EXCEEDED" }
    ]
  },
  {
    title: "A cluster that nobody wants any more is cancelled.",
    script: {
      api: "cloud",
      id: cluster,
      operation: {
        description: "Create cluster",
        metadata: { "@type": type("mdb.postgresql.v1.CreateClusterMetadata"), clusterId: "c9qdemocluster" }
      },
      cancel: { after: "600ms" }
    },
    commands: [{ args: ["cancel", `cloud/${cluster}`, "--wait"], exitCode: 7, says: "cancelled" }]
  }
]
