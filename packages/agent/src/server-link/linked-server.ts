import { type Channel, PlatformError, type serverVerbs } from '@berth/contract'

/** The server that this machine is linked to now, for what is asked of it in between heartbeats. */
export interface LinkedServer {
  onLinked(channel: Channel<typeof serverVerbs>): void
  /** Throws `engine_unavailable` while there is none. */
  channel(): Channel<typeof serverVerbs>
}

export function linkedServer(): LinkedServer {
  let latest: Channel<typeof serverVerbs> | undefined
  return {
    onLinked(channel) {
      latest = channel
    },
    channel() {
      if (latest) return latest
      throw new PlatformError('engine_unavailable', 'No server has taken this machine in yet')
    },
  }
}
