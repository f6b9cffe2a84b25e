import { PlatformError } from '@berth/contract'
import type { ObservedMachine, WantedAvailability } from '@berth/engine'

type Cordonable = Pick<ObservedMachine, 'name' | 'availability' | 'cordonLabel'>

/** What to make of the machine when a person cordons it, or ends that; undefined where nothing is to be done. */
export function planCordon(machine: Cordonable, isCordoned: boolean): WantedAvailability | undefined {
  const { availability, cordonLabel } = machine
  if (cordonLabel === 'drain' || availability === 'drain') throw drained(machine)
  if (availability === 'pause' && cordonLabel === null) throw pausedElsewhere(machine)
  if (!isCordoned) return availability === 'active' ? undefined : { availability: 'active', cordonLabel: null }
  // Also in place of a cordon for pressure, which would end by itself.
  return cordonLabel === 'person' ? undefined : { availability: 'pause', cordonLabel: 'person' }
}

const drained = ({ name }: Cordonable) =>
  new PlatformError('conflict', `${name} is being drained or was drained, so it takes no new instances anyway`, {
    hint: `berth machines activate ${name} ends that`,
  })

const pausedElsewhere = ({ name }: Cordonable) =>
  new PlatformError('conflict', `${name} was paused past Berth, which leaves that as it is`, {
    hint: `Who paused it can end that: docker node update --availability active ${name}`,
  })
