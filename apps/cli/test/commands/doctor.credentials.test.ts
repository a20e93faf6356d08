import { generateKeyPairSync } from "node:crypto"
import { assert, layer } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Credentials from "@opwatch/emulator/Credentials"
import { Emulator } from "@opwatch/emulator/Emulator"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import { allOk, examine, one, statusesOf } from "../doctor/Examination.ts"
import * as Servers from "../doctor/Servers.ts"

const { privateKey, publicKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" }
})
const key = { id: "ajekey", service_account_id: "ajesa" }
const keyFile = JSON.stringify({ ...key, private_key: privateKey })

const right = { TOLOKA: "y0_right-for-toloka", IAM: "t1.right.cloud" }

/** A source that sends an IAM token. */
const iam = (url: string) => ({ provider: "cloud", url, auth: { kind: "iamToken", tokenEnv: "IAM" } })

const guarded = Layer.unwrap(
  Effect.map(
    Credentials.decode({
      toloka: { oauth: [right.TOLOKA] },
      cloud: { iamToken: [right.IAM], serviceAccountKeys: [{ ...key, public_key: publicKey }], tokenLifetime: "2h" }
    }),
    (credentials) => Emulator.layer({ credentials })
  )
)

layer(Layer.merge(guarded, NodeServices.layer), { excludeTestServices: true })(
  "opwatch doctor, of credentials,",
  (it) => {
    it.effect("lets in what is right, and tells how long an issued token serves", () =>
      Effect.gen(function* () {
        const { url } = yield* Emulator
        const { code, found } = yield* examine(
          {
            toloka: { url: `${url}/api/v1`, auth: { kind: "oauth", tokenEnv: "TOLOKA" } },
            cloud: { url, auth: { kind: "iamToken", tokenEnv: "IAM" } },
            keyed: { provider: "cloud", url, iamUrl: url, auth: { kind: "serviceAccountKey", keyEnv: "KEY" } }
          },
          { ...right, KEY: keyFile }
        )
        assert.deepStrictEqual(statusesOf(found.get("toloka")), allOk)
        assert.deepStrictEqual(statusesOf(found.get("cloud")), allOk)
        const keyed = found.get("keyed")
        assert.deepStrictEqual(statusesOf(keyed), { ...allOk, token: "ok" })
        assert.match(one(keyed, "token").detail, /^issued, and used for (2h|1h59m) at most$/)
        assert.strictEqual(code, 0)
      })
    )

    it.effect("does not let in what is wrong, each with a remedy: exit code 5", () =>
      Effect.gen(function* () {
        const { url } = yield* Emulator
        const { code, found } = yield* examine(
          {
            toloka: { url: `${url}/api/v1`, auth: { kind: "oauth", tokenEnv: "TOLOKA" } },
            nobody: { provider: "toloka", url: `${url}/api/v1` },
            mistaken: { provider: "cloud", url, auth: { kind: "iamToken", tokenEnv: "OAUTH" } },
            keyed: { provider: "cloud", url, iamUrl: url, auth: { kind: "serviceAccountKey", keyEnv: "KEY" } }
          },
          {
            TOLOKA: "y0_wrong",
            OAUTH: "y0_oauth",
            KEY: JSON.stringify({ ...key, id: "ajeother", private_key: privateKey })
          }
        )
        for (const name of ["toloka", "nobody", "mistaken"]) {
          assert.strictEqual(one(found.get(name), "access").status, "failed", name)
          assert.isDefined(one(found.get(name), "access").remedy, name)
        }
        assert.strictEqual(
          one(found.get("nobody"), "access").remedy,
          "it wants a credential: configure sources.nobody.auth"
        )
        assert.strictEqual(one(found.get("mistaken"), "credential").status, "warning")
        assert.include(one(found.get("mistaken"), "credential").detail, "it looks like an OAuth token")
        assert.deepInclude(statusesOf(found.get("keyed")), { token: "failed", answer: "ok", access: "skipped" })
        assert.include(one(found.get("keyed"), "token").detail, "IAM gives no token")
        assert.strictEqual(code, 5)
      })
    )

    it.effect("finds what does not stand where it should: exit code 2", () =>
      Effect.gen(function* () {
        const { url } = yield* Emulator
        const { code, found } = yield* examine(
          {
            unset: { provider: "cloud", url, auth: { kind: "iamToken", tokenEnv: "UNSET" } },
            absent: {
              provider: "cloud",
              url,
              iamUrl: url,
              auth: { kind: "serviceAccountKey", keyFile: "absent.json" }
            },
            odd: { provider: "cloud", url, iamUrl: url, auth: { kind: "serviceAccountKey", keyEnv: "ODD" } },
            broken: { provider: "cloud", url, iamUrl: url, auth: { kind: "serviceAccountKey", keyEnv: "BROKEN" } }
          },
          { ODD: "{}", BROKEN: JSON.stringify({ ...key, private_key: "-----BEGIN" }) }
        )
        const details = [...found.values()].map((checked) => one(checked, "credential").detail)
        assert.deepStrictEqual(
          details.map((detail) => detail.replace(/\/\S+\//, "<folder>/")),
          [
            "the variable UNSET, which tokenEnv names, is not set",
            "keyFile <folder>/absent.json: there is no such file",
            "the variable ODD: it is not an authorized key: JSON with id, service_account_id and private_key is expected",
            "the variable BROKEN: its private_key is not an RSA key in PEM form"
          ]
        )
        assert.deepInclude(statusesOf(found.get("broken")), { credential: "failed", answer: "ok", access: "skipped" })
        assert.strictEqual(code, 2)
      })
    )

    it.effect("warns of a file that others may read, and of a variable that is not used", () =>
      Effect.gen(function* () {
        const { url } = yield* Emulator
        const fileSystem = yield* FileSystem.FileSystem
        const folder = yield* fileSystem.makeTempDirectoryScoped()
        const file = `${folder}/token`
        yield* fileSystem.writeFileString(file, right.IAM)
        yield* fileSystem.chmod(file, 0o640)
        const sources = {
          cloud: { url, auth: { kind: "iamToken", tokenFile: file } },
          toloka: { url: `${url}/api/v1` }
        }
        const { found } = yield* examine(sources, { TOLOKA_TOKEN: right.TOLOKA })
        const { detail, remedy, status } = one(found.get("cloud"), "credential")
        assert.strictEqual(status, "warning")
        assert.include(detail, "the file has permissions 640")
        assert.strictEqual(remedy, `chmod 600 ${file}`)
        assert.isTrue(found.get("cloud")?.ok)
        assert.include(one(found.get("toloka"), "credential").detail, "the variable TOLOKA_TOKEN is set and not used")
        yield* fileSystem.chmod(file, 0o600)
        assert.strictEqual(one((yield* examine(sources)).found.get("cloud"), "credential").status, "ok")
      })
    )

    it.effect("warns of a clock that is off, which is an error for a key that signs the time", () =>
      Effect.gen(function* () {
        const port = yield* Servers.http((request, response) => {
          response.setHeader("date", new Date(Date.now() - 3_600_000).toUTCString())
          if (request.url !== "/iam/v1/tokens") return Servers.notFound(request, response)
          return response.end(JSON.stringify({ iamToken: "t1.issued.token" }))
        })
        const url = `http://127.0.0.1:${port}`
        const { code, found } = yield* examine(
          {
            plain: iam(url),
            keyed: { provider: "cloud", url, iamUrl: url, auth: { kind: "serviceAccountKey", keyEnv: "KEY" } },
            timeless: iam(
              `http://127.0.0.1:${yield* Servers.http((request, response) => {
                response.sendDate = false
                Servers.notFound(request, response)
              })}`
            )
          },
          { ...right, KEY: keyFile }
        )
        const clock = (name: string) => one(found.get(name), "clock")
        assert.strictEqual(clock("plain").status, "warning")
        // The longer an answer takes to come, the less its date tells.
        assert.match(clock("plain").detail, /^it is (1h|59m5\ds) ahead$/)
        assert.include(clock("plain").remedy, "set this machine's clock")
        assert.strictEqual(clock("keyed").status, "failed")
        assert.deepStrictEqual(
          ["plain", "keyed", "timeless"].map((name) => found.get(name)?.ok),
          [true, false, true]
        )
        assert.strictEqual(clock("timeless").status, "skipped")
        assert.strictEqual(code, 5)
      })
    )
  }
)
