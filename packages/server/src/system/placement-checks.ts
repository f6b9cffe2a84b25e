import { formatDuration, type Machine, type SystemCheck } from '@berth/contract'
import type { HeldBackMachine } from '../pressure/pressure-reconciler.ts'
import type { SystemFacts } from './system-facts.ts'

type Facts = Pick<SystemFacts, 'cordons' | 'heldBack' | 'nowMs'>

const heldWords: Record<HeldBackMachine['because'], string> = {
  enough: 'no more machines can be spared',
  server: "Berth's server can run on no other machine",
  manager: "it is the last manager that Berth's server could start on",
}

const longMs = { person: 24 * 3_600_000, pressure: 3_600_000 }

/** Only where there is something to say: a machine that takes instances, and has room for them, is how it should be. */
export function placementChecks({ id, name, availability, cordonReason }: Machine, facts: Facts): SystemCheck[] {
  const held = facts.heldBack.find(({ machine }) => machine === name)
  const say = (state: SystemCheck['state'], message: string) => [{ name: `placement on ${name}`, state, message }]
  if (held) {
    return say(
      'warning',
      `It takes new instances although ${held.words}: ${heldWords[held.because]}. Add one, or scale something down`,
    )
  }
  if (availability !== 'cordoned') return []
  if (cordonReason === null) return say('warning', 'It was paused past Berth, so it takes no new instances')
  const cordon = facts.cordons.find(({ machineId, cause }) => machineId === id && cause === cordonReason)
  const ageMs = cordon ? facts.nowMs - cordon.sinceMs : 0
  const since = cordon ? ` for ${formatDuration(ageMs)}` : ''
  const isLong = ageMs > longMs[cordonReason]
  if (cordonReason === 'person') {
    const by = cordon ? ` (${cordon.actor})` : ''
    const message = `A person${by} cordoned it${since}`
    return isLong ? say('warning', `${message}: berth machines uncordon ${name}, if that is over`) : say('ok', message)
  }
  const why = cordon?.reason ? `, because ${cordon.reason}` : ''
  const hint = isLong ? ': move something away with berth machines rebalance, or add a machine' : ''
  return say('warning', `It is under pressure and has taken no new instances${since}${why}${hint}`)
}
