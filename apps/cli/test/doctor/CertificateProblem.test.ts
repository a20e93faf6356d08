import { assert, describe, it } from "@effect/vitest"
import * as CertificateProblem from "../../src/doctor/CertificateProblem.ts"

const certificate = {
  subject: { CN: "mine.example", C: "", ST: "", L: "", O: "", OU: "" },
  issuer: { CN: "Some Authority", C: "", ST: "", L: "", O: "", OU: "" },
  subjectaltname: "DNS:mine.example, IP Address:10.0.0.1",
  valid_from: "Jan  1 00:00:00 2020 GMT",
  valid_to: "Mar  5 23:59:59 2021 GMT"
}

const now = Date.UTC(2026, 6, 1)

const of = (code: string) => CertificateProblem.of({ code, host: "yours.example", certificate, now })

describe("a certificate that is not accepted", () => {
  it.each([
    [
      "CERT_HAS_EXPIRED",
      "its certificate ended on 2021-03-05",
      "renew it; or check this machine's clock, which says 2026-07-01"
    ],
    ["CERT_NOT_YET_VALID", "its certificate does not begin before 2020-01-01", "clock, which says 2026-07-01"],
    [
      "ERR_TLS_CERT_ALTNAME_INVALID",
      "its certificate is for mine.example, 10.0.0.1, not for yours.example",
      "check the url"
    ],
    [
      "SELF_SIGNED_CERT_IN_CHAIN",
      "its certificate was issued by Some Authority, which is not trusted here",
      "NODE_EXTRA_CA_CERTS"
    ]
  ])("for %s is told as: %s", (code, detail, remedy) => {
    const problem = of(code)
    assert.strictEqual(problem.detail, `${detail} (${code})`)
    assert.include(problem.remedy, remedy)
  })

  it("is for as many names as are readable", () => {
    const subjectaltname = ["a", "b", "c", "d", "e"].map((name) => `DNS:${name}.example`).join(", ")
    const names = CertificateProblem.namesOf({ certificate: { ...certificate, subjectaltname } })
    assert.strictEqual(names, "a.example, b.example, c.example and 2 more")
  })
})
