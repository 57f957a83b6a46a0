export const CALL_DEADLINE_MS = 10_000

/** Runs one call of the port with a signal that aborts at our deadline or at the caller's, whichever comes first. */
export async function withinDeadline<T>(
  outer: AbortSignal | undefined,
  act: (signal: AbortSignal) => Promise<T>,
  deadlineMs = CALL_DEADLINE_MS,
): Promise<T> {
  const controller = new AbortController()
  const stop = () => controller.abort()
  const timer = setTimeout(stop, deadlineMs)
  outer?.addEventListener('abort', stop, { once: true })
  if (outer?.aborted) stop()
  try {
    return await act(controller.signal)
  } finally {
    clearTimeout(timer)
    outer?.removeEventListener('abort', stop)
  }
}

/** Stops waiting when the signal aborts; what was begun goes on for whoever else waits for it. */
export function unlessAborted<T>(signal: AbortSignal, waiting: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new DOMException('aborted', 'AbortError'))
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    waiting.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
