import type { Way } from '@berth/contract'

export type UntriedWay = Omit<Way, 'outcome'>

const swarmPort = 7946
const managerPort = 2377
const overlayPort = 4789

/** What visitors' requests and the cluster itself take to another machine. Who is asked by UDP alone cannot be told from here. */
export function listWays(
  { isManager, overlayAddress }: { isManager: boolean; overlayAddress: string | null },
  httpPort: number,
): UntriedWay[] {
  return [
    { kind: 'swarm', protocol: 'tcp', port: swarmPort },
    ...(isManager ? [{ kind: 'managers', protocol: 'tcp', port: managerPort } as const] : []),
    { kind: 'visitors', protocol: 'tcp', port: httpPort },
    ...(overlayAddress === null ? [] : [{ kind: 'overlay', protocol: 'udp', port: overlayPort } as const]),
  ]
}
