/** Why a server's certificate is not accepted, in plain words, and what to do about it. */
import type { PeerCertificate } from "node:tls"

export interface CertificateProblem {
  readonly detail: string
  readonly remedy: string
}

export interface Refused {
  /** As OpenSSL and Node name it, such as `CERT_HAS_EXPIRED`. */
  readonly code: string
  readonly host: string
  readonly certificate: Pick<PeerCertificate, "issuer" | "subject" | "subjectaltname" | "valid_from" | "valid_to">
  /** Milliseconds since 1970, by this machine. */
  readonly now: number
}

export const of = (refused: Refused): CertificateProblem => {
  const { certificate, code, host, now } = refused
  const clock = `this machine's clock, which says ${dayOf(now)}`
  switch (code) {
    case "CERT_HAS_EXPIRED":
      return {
        detail: `its certificate ended on ${dayOf(certificate.valid_to)} (${code})`,
        remedy: `whoever runs ${host} has to renew it; or check ${clock}`
      }
    case "CERT_NOT_YET_VALID":
      return {
        detail: `its certificate does not begin before ${dayOf(certificate.valid_from)} (${code})`,
        remedy: `check ${clock}`
      }
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return {
        detail: `its certificate is for ${namesOf(refused)}, not for ${host} (${code})`,
        remedy: "check the url of this source; or something answers in its place, such as a company's proxy"
      }
    default:
      return {
        detail: `its certificate was issued by ${nameOf(certificate.issuer)}, which is not trusted here (${code})`,
        remedy:
          "if it is to be trusted, as that of a company's proxy may be, set NODE_EXTRA_CA_CERTS to the PEM file of that authority"
      }
  }
}

/** Whom it is for, as in `*.example.com`; of many names only the first ones. */
export const namesOf = ({ certificate: { subject, subjectaltname } }: Pick<Refused, "certificate">): string => {
  const names = (subjectaltname ?? nameOf(subject)).replaceAll(/\b(DNS|IP Address):/g, "").split(", ")
  return names.length > mostNames
    ? `${names.slice(0, mostNames).join(", ")} and ${names.length - mostNames} more`
    : names.join(", ")
}

const mostNames = 3

/** The day in UTC, of a time as certificates have it or of milliseconds since 1970. */
export const dayOf = (time: string | number): string => {
  const date = new Date(time)
  return Number.isNaN(date.getTime()) ? String(time) : date.toISOString().slice(0, 10)
}

const nameOf = (name: PeerCertificate["subject"] | undefined): string =>
  [name?.CN ?? name?.O ?? "nobody it names"].flat().join(", ")
