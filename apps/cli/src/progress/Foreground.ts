/** Whose the terminal is. */
import { readFileSync } from "node:fs"

/**
 * Whether this process may draw: a job in the background (`&`, `bg`) leaves the terminal to the shell. Linux tells; where
 * nothing is known, and without a shell, it is taken for granted.
 */
export const isInForeground = (): boolean => {
  try {
    // After the name, which may hold anything, come state, parent, group, session, terminal and the terminal's group.
    const [, , group, , , foreground] = readFileSync("/proc/self/stat", "latin1")
      .replace(/^.*\) /s, "")
      .split(" ")
    return foreground === "-1" || foreground === group
  } catch {
    return true
  }
}
