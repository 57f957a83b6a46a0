import tab from '@bomb.sh/tab/commander'
import type { Command } from 'commander'

/** `thand completion <shell>` prints a script; it asks `thand complete -- …` at every Tab. Loaded for these two alone. */
export function addCompletion(program: Command): void {
  tab(program, { completionCommandName: 'completion' })
}
