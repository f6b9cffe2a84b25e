/** A server of a backend, also one in maintenance. */
export type ServerState = {
  backend: string
  server: string
  address: string
  /** Taken out on purpose, entirely or for new requests. */
  isClosed: boolean
  isDraining: boolean
  /** DNS does not give its address, or no longer. */
  isUnresolved: boolean
  hasPassedCheck: boolean
}

/** As in HAProxy's management guide, `srv_admin_state` and `srv_check_result`. */
const forcedMaintenance = 0x01
const forcedDrain = 0x08
const resolverMaintenance = 0x20
const checkPassed = 3

/** `show servers state`. */
export function parseServerStates(text: string): ServerState[] {
  const [header = '', ...lines] = text.split('\n').filter((line) => line !== '' && line !== '1')
  const names = header.replace(/^# /, '').split(' ')
  const [backend, server, address, admin, check] = [
    'be_name',
    'srv_name',
    'srv_addr',
    'srv_admin_state',
    'srv_check_result',
  ].map((name) => names.indexOf(name))
  return lines.map((line) => {
    const fields = line.split(' ')
    const field = (place = -1) => fields[place] ?? ''
    const flags = Number(field(admin))
    return {
      backend: field(backend),
      server: field(server),
      address: /^[0-9.]+$/.test(field(address)) && field(address) !== '0.0.0.0' ? field(address) : '',
      isClosed: (flags & forcedMaintenance) !== 0,
      isDraining: (flags & forcedDrain) !== 0,
      isUnresolved: (flags & resolverMaintenance) !== 0,
      hasPassedCheck: Number(field(check)) === checkPassed,
    }
  })
}
