import { PlatformError } from '@berth/contract'

export function machineNotFound(name: string): never {
  throw new PlatformError('machine_not_found', `There is no machine ${name}`, { hint: '`berth machines` lists them' })
}
