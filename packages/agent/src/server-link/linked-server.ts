import { PlatformError } from '@berth/contract'
import type { Identity } from './identity-files.ts'

/** Where the server answers, and as whom it has taken this machine in. */
export type ServerPlace = { address: string; identity: Identity }

/** The server that this machine is linked to now, for what is fetched from it beside the link. */
export interface LinkedServer {
  onLinked(place: ServerPlace): void
  /** Throws `engine_unavailable` while there is none. */
  place(): ServerPlace
}

export function linkedServer(): LinkedServer {
  let latest: ServerPlace | undefined
  return {
    onLinked(place) {
      latest = place
    },
    place() {
      if (latest) return latest
      throw new PlatformError('engine_unavailable', 'No server has taken this machine in yet')
    },
  }
}
