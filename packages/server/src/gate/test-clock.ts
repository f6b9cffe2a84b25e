/** Who has to wait for it to go on waits for ever, also where requests take seconds. */
export function stoppedClock(): () => number {
  const atMs = Date.now()
  return () => atMs
}
