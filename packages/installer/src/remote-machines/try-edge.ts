import { PlatformError } from '@berth/contract'
import { type Member, runOnMember } from './member-program.ts'

export type Entrance = { address: string; httpPort: number; domain: string }

/** Whether the new machine's edge also answers the other machines. */
export async function tryEdge(member: Member, { address, httpPort, domain }: Entrance): Promise<void> {
  const answer = await runOnMember(member, 'edge-probe.ts', [address, String(httpPort), `berth.${domain}`])
  if (answer === '200') return
  throw new PlatformError(
    'engine_failed',
    `Another machine that asks ${address}:${httpPort} gets no answer from Berth: ${answer}`,
    {
      hint: `Let ${httpPort}/tcp through to ${address}, in its firewall and in its provider's`,
    },
  )
}
