import { createInterface } from 'node:readline'
import { PlatformError, parseHostPort } from '@berth/contract'
import { z } from 'zod'
import type { SshHost } from '../ssh/ssh-host.ts'
import { type Member, readProgram, runOnMember } from './member-program.ts'
import { type NeededPort, portsForOthers } from './needed-ports.ts'
import type { BackReach, Reach } from './remote-facts.ts'

export type ReachQuestion = {
  /** `host:port` of what the machine must reach. */
  targets: readonly string[]
  role: 'manager' | 'worker'
  /** Under which the others are to reach the machine; undefined: the one that it speaks to the managers from. */
  address: string | undefined
  /** A member of the cluster that can try the way back; undefined where none is at hand. */
  member: Member | undefined
}

/** Tries the ways between a machine and the managers, both ways, with what is on every Debian system. */
export async function observeReach(host: SshHost, question: ReachQuestion): Promise<Reach> {
  const { targets, role, member } = question
  const output = await host.run(['perl', '-', 'try', ...targets], { input: await readProgram('remote-probe.pl') })
  const { own, ...outward } = parseTries(output)
  const address = question.address ?? own
  const fromManager =
    address && member
      ? await withEcho(host, portsForOthers(role), (ports) => tryFrom(member, address, ports))
      : undefined
  return { ...outward, address, fromManager }
}

type Tries = Pick<Reach, 'toManagers' | 'mtuBytes'> & { own: string | undefined }

/** Lines such as `open 10.0.0.1:2377 10.0.0.7 1500` and `closed 10.0.0.1:7443 Connection refused`. */
export function parseTries(output: string): Tries {
  const tries = output.split('\n').flatMap((line) => {
    const [, state, place = '', rest = ''] = /^(open|closed) (\S+) (.*)$/.exec(line) ?? []
    const found = parseHostPort(place)
    return found ? [{ isOpen: state === 'open', address: found.host, port: found.port, rest }] : []
  })
  const [own, mtu] = tries.find(({ isOpen }) => isOpen)?.rest.split(' ') ?? []
  return {
    own,
    mtuBytes: Number(mtu) || undefined,
    toManagers: tries.map(({ isOpen, address, port, rest }) => ({ address, port, trouble: isOpen ? undefined : rest })),
  }
}

/** Lets the machine listen where it will, and send back what comes, for as long as `use` takes. */
async function withEcho<T>(
  host: SshHost,
  ports: readonly NeededPort[],
  use: (ports: readonly NeededPort[]) => Promise<T>,
): Promise<T> {
  const channel = await host.start(['perl', '-', 'echo', ...ports.map(placeOf)])
  try {
    channel.write(await readProgram('remote-probe.pl'))
    const free: string[] = []
    for await (const line of createInterface({ input: channel })) {
      if (line === 'ready') return await use(ports.filter((port) => free.includes(placeOf(port))))
      if (line.startsWith('listens ')) free.push(line.slice('listens '.length))
    }
    throw new PlatformError('engine_unavailable', `${host.name} cannot listen for a try`)
  } finally {
    channel.end()
    channel.close()
  }
}

const placeOf = ({ protocol, port }: NeededPort) => `${protocol}:${port}`

const Outcomes = z.object({
  places: z.array(
    z.object({
      protocol: z.enum(['tcp', 'udp']),
      port: z.int(),
      outcome: z.enum(['open', 'refused', 'lost', 'full_lost']),
    }),
  ),
})

async function tryFrom(member: Member, address: string, ports: readonly NeededPort[]): Promise<BackReach[]> {
  const answer = await runOnMember(member, 'reach-probe.ts', [address, ...ports.map(placeOf)])
  return Outcomes.parse(JSON.parse(answer)).places
}
