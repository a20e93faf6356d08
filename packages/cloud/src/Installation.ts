/** The two installations, each with services of its own. Ids, keys and tokens do not cross between them. */

/** Base URLs of the services around the operation service. */
export interface Installation {
  readonly iamUrl: string
  readonly endpointsUrl: string
  /** Where tokens of workload identity are exchanged. */
  readonly authUrl: string
}

export const russia: Installation = {
  iamUrl: "https://iam.api.cloud.yandex.net",
  endpointsUrl: "https://api.cloud.yandex.net",
  authUrl: "https://auth.yandex.cloud"
}

/** No source names its host for workload identity; the Russian one stands in until it is configured. */
export const kazakhstan: Installation = {
  iamUrl: "https://iam.api.yandexcloud.kz",
  endpointsUrl: "https://api.yandexcloud.kz",
  authUrl: "https://auth.yandex.cloud"
}

/** The installation that a host belongs to; none for a host of nobody's. */
export const ofUrl = (url: string): Installation | undefined => {
  const host = new URL(url).hostname
  if (host.endsWith(".yandexcloud.kz")) return kazakhstan
  return host.endsWith(".api.cloud.yandex.net") ? russia : undefined
}

/** The metadata service of a cloud machine, reached from that machine alone. */
export const metadataUrl = "http://169.254.169.254"
