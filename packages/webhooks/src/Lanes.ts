/**
 * What is due where. Each URL has a lane of its own with few places, more while its receiver answers well, and each host not
 * too many, so that a receiver that hangs holds up nobody but itself.
 */
import type { Due } from "./WebhookStore.ts"

const mostOfUrl = 4
const mostOfGoodUrl = 16
const mostOfHost = 32
const mostInAll = 256

interface Lane {
  readonly host: string
  /** In milliseconds since 1970; infinite when nothing is known to be pending. */
  dueAt: number
  underWay: number
  most: number
}

export interface Lanes {
  /** Something is due for the URL by then. */
  readonly expect: (due: Due) => void
  /** What is due there is about to be claimed: from now on only what is told of counts. */
  readonly claim: (url: string) => void
  readonly begin: (url: string) => void
  readonly end: (url: string, isDelivered: boolean) => void
  /** Where something is due and how many places there are for it. */
  readonly ready: (now: number) => ReadonlyArray<{ readonly url: string; readonly limit: number }>
  /** When something is due next where there is a place for it. */
  readonly nextDue: () => number
}

export const make = (): Lanes => {
  const lanes = new Map<string, Lane>()
  const hosts = new Map<string, number>()
  let underWay = 0

  const laneOf = (url: string): Lane => {
    const lane = lanes.get(url) ?? { host: new URL(url).host, dueAt: Infinity, underWay: 0, most: mostOfUrl }
    lanes.set(url, lane)
    return lane
  }
  const forgetIdle = (url: string, lane: Lane) => {
    if (lane.underWay === 0 && lane.dueAt === Infinity) lanes.delete(url)
  }
  const count = (url: string, difference: 1 | -1) => {
    const lane = laneOf(url)
    const ofHost = (hosts.get(lane.host) ?? 0) + difference
    lane.underWay += difference
    underWay += difference
    if (ofHost === 0) hosts.delete(lane.host)
    else hosts.set(lane.host, ofHost)
    forgetIdle(url, lane)
  }
  const places = ({ host, most, underWay: ofUrl }: Lane) =>
    Math.min(most - ofUrl, mostOfHost - (hosts.get(host) ?? 0), mostInAll - underWay)

  return {
    expect: ({ url, at }) => {
      const lane = laneOf(url)
      lane.dueAt = Math.min(lane.dueAt, at)
    },
    claim: (url) => {
      laneOf(url).dueAt = Infinity
    },
    begin: (url) => count(url, 1),
    end: (url, isDelivered) => {
      laneOf(url).most = isDelivered ? mostOfGoodUrl : mostOfUrl
      count(url, -1)
    },
    ready: (now) => {
      const wanted: Array<{ readonly url: string; readonly limit: number }> = []
      const ofHosts = new Map<string, number>()
      let inAll = mostInAll - underWay
      for (const [url, lane] of lanes) {
        if (inAll <= 0) break
        if (lane.dueAt > now) continue
        const ofHost = ofHosts.get(lane.host) ?? mostOfHost - (hosts.get(lane.host) ?? 0)
        const limit = Math.min(lane.most - lane.underWay, ofHost, inAll)
        if (limit <= 0) continue
        wanted.push({ url, limit })
        ofHosts.set(lane.host, ofHost - limit)
        inAll -= limit
      }
      return wanted
    },
    nextDue: () => {
      let next = Infinity
      for (const [url, lane] of lanes) {
        forgetIdle(url, lane)
        if (lane.dueAt < next && places(lane) > 0) next = lane.dueAt
      }
      return next
    }
  }
}
