/** The work goes on; only this one who waits for it stops waiting. */
export async function untilAborted(work: Promise<void>, signal?: AbortSignal): Promise<void> {
  if (!signal) return work
  const aborted = Promise.withResolvers<never>()
  const onAbort = () => aborted.reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    await Promise.race([work, aborted.promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
