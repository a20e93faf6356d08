import { execFileSync, spawnSync } from "node:child_process"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import { shells } from "../../src/help/CompletionScript.ts"
import * as Harness from "../Harness.ts"

const script = (shell: string) =>
  Effect.map(Harness.make().run(["completions", shell]), ({ code, err, out }) => {
    assert.deepStrictEqual([code, err], [0, ""])
    return out
  })

const isHere = (shell: string): boolean => spawnSync(shell, ["-c", "exit 0"]).status === 0

/** What each of these lines is completed to, by calling the function as bash does when the tabulator key is pressed. */
const inBash = (completions: string, lines: ReadonlyArray<string>): ReadonlyArray<ReadonlyArray<string>> => {
  const complete = `
complete_line() {
  COMP_LINE="$1"; COMP_POINT=\${#COMP_LINE}; read -ra COMP_WORDS <<< "$1"
  [[ "$1" == *" " ]] && COMP_WORDS+=("")
  COMP_CWORD=$(( \${#COMP_WORDS[@]} - 1 )); COMPREPLY=()
  "$(complete -p opwatch | sed 's/.*-F \\([^ ]*\\).*/\\1/')" opwatch "\${COMP_WORDS[COMP_CWORD]}" "\${COMP_WORDS[COMP_CWORD-1]}"
  echo "\${COMPREPLY[*]}"
}
`
  const calls = lines.map((line) => `complete_line '${line}'`).join("\n")
  const out = execFileSync("bash", ["--norc", "--noprofile"], {
    input: `${completions}${complete}${calls}\n`,
    encoding: "utf8"
  })
  return out
    .trimEnd()
    .split("\n")
    .map((line) => line.split(" ").filter((word) => word !== ""))
}

describe("opwatch completions", () => {
  it.effect.skipIf(!isHere("bash"))("completes in bash", () =>
    Effect.gen(function* () {
      const cases: ReadonlyArray<readonly [line: string, words: ReadonlyArray<string>]> = [
        ["opwatch wa", ["wait", "watch"]],
        ["opwatch wait --ti", ["--timeout"]],
        ["opwatch list ", ["toloka", "toloka-sandbox", "tasks", "cloud", "cloud-kz", "cloud-ai"]],
        ["opwatch doctor tolo", ["toloka", "toloka-sandbox"]],
        ["opwatch list toloka --state run", ["running"]],
        ["opwatch get --output ", ["text", "json", "ndjson", "yaml"]],
        ["opwatch get --source cloud-", ["cloud-kz", "cloud-ai"]],
        ["opwatch wait --json --he", ["--help"]],
        ["opwatch wait --json --js", []],
        ["opwatch get --config /etc/host", ["/etc/hosts", "/etc/hostname"]],
        ["opwatch completions ", [...shells]],
        ["opwatch help dem", ["demo"]],
        ["opwatch --", ["--help"]]
      ]
      const completed = inBash(
        yield* script("bash"),
        cases.map(([line]) => line)
      )
      for (const [index, [line, words]] of cases.entries()) {
        assert.includeMembers([...(completed[index] ?? [])], [...words], line)
        if (words.length === 0) assert.deepStrictEqual(completed[index] ?? [], [], line)
      }
    })
  )

  it.effect.each(["zsh", "fish"] as const)("gives %s a script that it can read", (shell) =>
    Effect.gen(function* () {
      const completions = yield* script(shell)
      assert.match(completions, shell === "zsh" ? /^#compdef opwatch\n/ : /^complete -c opwatch /m)
      for (const word of ["wait", "--timeout", "toloka-sandbox", "rolling_back"]) {
        assert.include(completions, shell === "fish" ? word.replace("--", "-l ") : word)
      }
      assert.include(completions, `opwatch completions ${shell}`)
      assert.notInclude(completions, "--completions")
      if (!isHere(shell)) return
      const path = yield* (yield* FileSystem.FileSystem).makeTempFileScoped()
      yield* (yield* FileSystem.FileSystem).writeFileString(path, completions)
      const check = spawnSync(shell, ["-n", path], { encoding: "utf8" })
      assert.deepStrictEqual([check.status, check.stderr], [0, ""])
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )
})
