/** Tables in the help of a command beyond what `effect/cli` knows of it. */
import * as Context from "effect/Context"
import { meanings } from "../ExitCode.ts"

export interface HelpTable {
  readonly title: string
  readonly rows: ReadonlyArray<readonly [name: string, about: string]>
}

/** An annotation of commands. */
export const Tables = Context.Reference<ReadonlyArray<HelpTable>>("@opwatch/cli/HelpTable", { defaultValue: () => [] })

/** How a wait ends; the first that applies, in another order than here, where several do. */
export const exitCodesOfWait: HelpTable = {
  title: "exit codes",
  rows: [
    ...([0, 1, 2, 3, 4, 5, 6, 7, 9] as const).map((code) => [String(code), meanings[code]] as const),
    ["130, 143", "interrupted, terminated; the operation goes on"]
  ]
}

export const environment: HelpTable = {
  title: "environment",
  rows: [
    ["OPWATCH_CONFIG", "The configuration file, where --config does not say"],
    ["OPWATCH_SERVER", "The opwatch server to ask, where neither --server nor --config is given"],
    ["OPWATCH_API_KEY", "The key that this server wants, if it wants one"],
    [
      "OPWATCH_WEBHOOK_SECRET",
      "What a server signs the webhooks of `opwatch track` with, in place of a secret of its own"
    ],
    [
      "OPWATCH_HISTORY",
      "The whole path of the file that keeps how long operations took, or off; else it is under $XDG_STATE_HOME/opwatch"
    ],
    ["OPWATCH_SOURCE", "The source of bare ids, where --source does not say"],
    ["OPWATCH_<SOURCE>_TOKEN", "The credential of a source; dashes in its name become underscores"],
    ["OPWATCH_<SOURCE>_KEY_FILE", "The key file of a service account, for a source on Yandex Cloud"],
    ["TOLOKA_TOKEN", "The credential of the source toloka"],
    ["YC_IAM_TOKEN, YC_TOKEN, YC_API_KEY", "A credential of Yandex Cloud"],
    ["YC_SERVICE_ACCOUNT_KEY_FILE", "The key file of a service account"],
    ["YC_ENDPOINT", "Which installation of Yandex Cloud the YC_ variables belong to"],
    ["HTTPS_PROXY, HTTP_PROXY, NO_PROXY", "The proxies to go through"],
    ["OPWATCH_HOST, OPWATCH_PORT", "Where `opwatch serve` listens, where its flags do not say"],
    ["OPWATCH_API_KEYS_FILE", "The API keys of `opwatch serve`, and the file that `opwatch keys` changes"],
    ["NODE_EXTRA_CA_CERTS", "A file with certificates to trust besides the usual ones"],
    ["NO_COLOR", "No colours, whatever its value"],
    ["OPWATCH_DEBUG", "1 shows all that is known of a bug"]
  ]
}
