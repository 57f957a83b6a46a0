const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Finishes what must not stop halfway, then lets the signal through that came meanwhile. */
export async function undisturbed<T>(work: () => Promise<T>): Promise<T> {
  let heard: NodeJS.Signals | undefined
  const hear = (signal: NodeJS.Signals) => {
    heard = signal
  }
  for (const signal of SIGNALS) process.on(signal, hear)
  try {
    return await work()
  } finally {
    for (const signal of SIGNALS) process.off(signal, hear)
    if (heard !== undefined) process.kill(process.pid, heard)
  }
}
