import type { Reporter, TestModule } from 'vitest/node'

/** Prints the runner's real counts as the last line: `N passed, N failed, N skipped`. */
export class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const count = { passed: 0, failed: errors.length, skipped: 0, pending: 0 }
    for (const file of modules) {
      const before = count.failed
      for (const each of file.children.allTests()) count[each.result().state]++
      if (file.state() === 'failed' && count.failed === before) count.failed++
    }
    process.once('exit', () =>
      process.stdout.write(`\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped\n`),
    )
  }
}
