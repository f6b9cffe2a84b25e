import { BlockList, isIPv6 } from 'node:net'

const inside = new BlockList()
inside.addSubnet('10.0.0.0', 8)
inside.addSubnet('127.0.0.0', 8)
inside.addSubnet('172.16.0.0', 12)
inside.addSubnet('192.168.0.0', 16)
inside.addAddress('::1', 'ipv6')
inside.addSubnet('fc00::', 7, 'ipv6')

/**
 * Whose X-Forwarded-For is believed: the next hop's only, and only if it is on a network of the cluster, as the edges
 * are. They append the visitor's address; what stands before it came from the visitor and may be a lie.
 */
export const isEdge = (address: string, hop: number): boolean =>
  hop === 0 && inside.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
