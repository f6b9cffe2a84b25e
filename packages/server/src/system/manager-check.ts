import type { Machine, SystemCheck } from '@berth/contract'

/** Only where there is something to say: with one manager, or three or five that answer, nothing is to be done. */
export function managerCheck(machines: readonly Machine[]): SystemCheck[] {
  const managers = machines.filter(({ role }) => role === 'manager')
  const down = managers.filter(({ state }) => state === 'down').map(({ name }) => name)
  const say = (message: string): SystemCheck[] => [{ name: 'managers', state: 'warning', message }]
  if (down.length > 0) {
    const spare = managers.length - down.length - (Math.floor(managers.length / 2) + 1)
    const left = spare > 0 ? `${spare} more may fail` : 'if one more fails, nothing in the cluster can be changed'
    return say(`${down.join(', ')} of ${managers.length} managers ${down.length === 1 ? 'is' : 'are'} down: ${left}`)
  }
  if (managers.length === 0 || managers.length % 2 === 1) return []
  return say(
    `${managers.length} managers bear the loss of no more than ${managers.length - 1}: promote another machine, or demote one`,
  )
}
