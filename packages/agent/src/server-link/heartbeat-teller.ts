import { type Channel, type Heartbeat, PlatformError, type serverVerbs, sparseHeartbeat } from '@berth/contract'

/** Tells the whole at first, then what is new; to a server of a version before there was that, always the whole. */
export function heartbeatTeller(channel: Channel<typeof serverVerbs>, heartbeat: () => Heartbeat, timeoutMs: number) {
  const signal = () => AbortSignal.timeout(timeoutMs)
  let told: Heartbeat | undefined
  let takesSparse = true

  async function tellSparse(next: Heartbeat): Promise<boolean> {
    const sparse = takesSparse && told ? sparseHeartbeat(told, next) : undefined
    if (!sparse) return false
    try {
      await channel.call('sparseHeartbeat', sparse, { signal: signal() })
      return true
    } catch (error) {
      takesSparse = !(error instanceof PlatformError && error.code === 'not_found')
      if (takesSparse) throw error
      return false
    }
  }

  return async (): Promise<void> => {
    const next = heartbeat()
    if (!(await tellSparse(next))) await channel.call('heartbeat', next, { signal: signal() })
    told = next
  }
}
