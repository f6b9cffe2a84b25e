import { setTimeout as sleep } from 'node:timers/promises'
import { getHealth, PlatformError } from '@berth/contract'
import type Docker from 'dockerode'
import { readLastLines, readPartStates } from './part-states.ts'
import { type Answer, probe } from './probe.ts'

const pollMs = 300

export type Entrance = { address: string; port: number; domain: string }

/** Waits until the server answers as ready through the edge. Says meanwhile, and in the end, which part is missing. */
export async function waitUntilReady(
  docker: Docker,
  { address, port, domain }: Entrance,
  { deadlineMs, report, signal }: { deadlineMs: number; report(words: string): void; signal?: AbortSignal },
): Promise<void> {
  const endMs = performance.now() + deadlineMs
  const target = { address, port, host: `berth.${domain}`, path: '/healthz' }
  for (;;) {
    const parts = await readPartStates(docker)
    const missing = parts.find(({ isRunning }) => !isRunning)
    const answer = await probe(target)
    if (!missing && isReady(answer)) return
    report(missing ? `${missing.name}: ${missing.detail}` : `waiting for an answer: ${describeAnswer(answer)}`)
    if (performance.now() > endMs) throw await notReady(docker, answer)
    await sleep(pollMs, undefined, { signal })
  }
}

function isReady(answer: Answer | undefined): boolean {
  if (answer?.status !== 200) return false
  try {
    return getHealth.result.parse(JSON.parse(answer.body)).status === 'ready'
  } catch {
    return false // Somebody else answers at that address.
  }
}

const describeAnswer = (answer: Answer | undefined) => (answer ? `HTTP ${answer.status}` : 'nobody listens there yet')

async function notReady(docker: Docker, answer: Answer | undefined): Promise<PlatformError> {
  const parts = await readPartStates(docker)
  const suspect = parts.find(({ isRunning }) => !isRunning) ?? parts.find(({ name }) => name === 'berth-server')
  const lines = suspect ? await readLastLines(docker, suspect.containerIds) : []
  const states = parts.map(({ name, detail }) => `  ${name}: ${detail}`).join('\n')
  const log =
    lines.length > 0 ? `\nLast lines of ${suspect?.name}:\n${lines.map((line) => `  ${line}`).join('\n')}` : ''
  return new PlatformError(
    'engine_unavailable',
    `Berth did not come up (${describeAnswer(answer)}).\n${states}${log}`,
    {
      hint: 'Run it again: it goes on where it stopped and repairs what is missing. ./berth down removes everything.',
    },
  )
}
