import { formatHostPort } from '@berth/contract'

const serverPort = 7443

/** A server runs on a manager, so every manager is worth a try; this machine first, as the nearest. */
export function serverAddressesOf(machine: {
  isManager: boolean
  address: string
  managerAddresses: string[]
}): string[] {
  const hosts = machine.isManager ? [machine.address, ...machine.managerAddresses] : machine.managerAddresses
  return [...new Set(hosts.filter((host) => host !== ''))].map((host) => formatHostPort(host, serverPort))
}
