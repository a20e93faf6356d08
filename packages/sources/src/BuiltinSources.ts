/** The sources that exist without any configuration. */
import type { ProviderName } from "@opwatch/core/Operation"

export interface BuiltinSource {
  readonly provider: ProviderName
  readonly url: string
  /** Hosts that were switched off, whose URLs people still hold. */
  readonly formerUrls: ReadonlyArray<string>
  readonly requestsPerSecond: number
}

export const builtinSources: Readonly<Record<string, BuiltinSource>> = {
  toloka: {
    provider: "toloka",
    url: "https://toloka.dev/api/v1",
    formerUrls: ["https://toloka.yandex.com/api/v1"],
    requestsPerSecond: 50
  },
  "toloka-sandbox": {
    provider: "toloka",
    url: "https://sandbox.toloka.dev/api/v1",
    formerUrls: ["https://sandbox.toloka.yandex.com/api/v1"],
    requestsPerSecond: 50
  },
  tasks: { provider: "toloka", url: "https://tasks.yandex.ru/api/v1", formerUrls: [], requestsPerSecond: 50 },
  cloud: { provider: "cloud", url: "https://operation.api.cloud.yandex.net", formerUrls: [], requestsPerSecond: 20 },
  "cloud-kz": { provider: "cloud", url: "https://operation.api.yandexcloud.kz", formerUrls: [], requestsPerSecond: 20 },
  "cloud-ai": { provider: "cloud", url: "https://llm.api.cloud.yandex.net", formerUrls: [], requestsPerSecond: 5 }
}
