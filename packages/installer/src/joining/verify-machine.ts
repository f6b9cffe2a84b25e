import { setTimeout as sleep } from 'node:timers/promises'
import { formatHostPort, PlatformError } from '@berth/contract'
import type Docker from 'dockerode'
import { agentContainer, edgeContainer } from '../names.ts'
import { readLastLines } from '../readiness/part-states.ts'
import { probe } from '../readiness/probe.ts'

const deadlineMs = 60_000
const pollMs = 300

export type Entrance = { address: string; port: number; domain: string }

export type Verification = {
  docker: Docker
  /** Absent where only the cluster's opinion counts. */
  entrance: Entrance | undefined
  /** What the cluster still misses, if it can be asked. */
  missing(): Promise<string | undefined> | undefined
}

/** Done when Berth answers through the new machine's own edge, which takes its agent and the overlay, and the cluster agrees. */
export async function verifyMachine(
  { docker, entrance, missing }: Verification,
  { report, signal }: { report(words: string): void; signal?: AbortSignal | undefined },
): Promise<void> {
  const endMs = performance.now() + deadlineMs
  for (;;) {
    const words = (entrance && (await whatEdgeLacks(entrance))) ?? (await missing())
    if (words === undefined) return
    report(words)
    if (performance.now() > endMs) throw await doesNotServe(docker, words)
    await sleep(pollMs, undefined, { signal })
  }
}

async function whatEdgeLacks({ address, port, domain }: Entrance): Promise<string | undefined> {
  const answer = await probe({ address, port, host: `berth.${domain}`, path: '/healthz' })
  if (answer?.status === 200) {
    // No app has such a name: an edge that serves says so, and one that does not trust its routes yet says that.
    const unknown = await probe({ address, port, host: `0.${domain}`, path: '/' })
    return unknown?.status === 404 ? undefined : 'its edge has just started'
  }
  return answer
    ? `its edge answers with HTTP ${answer.status}`
    : `nothing answers at ${formatHostPort(address, port)} yet`
}

async function doesNotServe(docker: Docker, words: string): Promise<PlatformError> {
  const lines = await Promise.all([agentContainer, edgeContainer].map((name) => readLastLines(docker, [name], 10)))
  const log = lines.flat().map((line) => `  ${line}`)
  return new PlatformError('engine_failed', `The machine does not serve: ${words}\n${log.join('\n')}`, {
    hint: 'Between the machines 7946 (TCP and UDP) and 4789 (UDP) must be open, and 7443 and 2377 (TCP) of the managers',
  })
}
