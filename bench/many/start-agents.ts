import { type ChildProcess, fork } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createCertificateRequest, createKeyPem, signCertificateRequest } from '@berth/identity'
import type { Bench } from '../harness/run-bench.ts'
import { type BerthServer, endOf } from './berth-server.ts'
import type { Fleet, MadeUpMachine } from './fleet.ts'
import type { Tally } from './made-up-agent.ts'
import { certificateEndsAtMs, certificateMs } from './made-up-cluster.ts'

export type Agents = {
  /** Sums since they began; `answerMs` since the last time that this was asked. */
  tally(): Tally
  stop(): Promise<void>
}

const program = fileURLToPath(new URL('agents.ts', import.meta.url))
const issuedAt = new Date(certificateEndsAtMs - certificateMs)

/** Agents with certificates of the server's own CA, all in one process. */
export async function startAgents(server: BerthServer, bench: Bench): Promise<Agents> {
  const file = join(server.folder, 'fleet.json')
  await writeFile(file, JSON.stringify(await fleetFor(server)))
  const agents = fork(program, [file])
  bench.atEnd(() => endOf(agents))
  let newest: Tally = { linked: 0, answered: 0, given: 0, lost: 0, answerMs: [], receivedBytes: 0 }
  let answerMs: number[] = []
  agents.on('message', (told: Tally) => {
    newest = told
    answerMs.push(...told.answerMs)
  })
  const tally = () => {
    const told = { ...newest, answerMs }
    answerMs = []
    return told
  }
  return { tally, stop: () => endOf(agents as ChildProcess) }
}

async function fleetFor({ ca, state, agentPort }: BerthServer): Promise<Fleet> {
  const keyPem = createKeyPem()
  const csrPem = createCertificateRequest(keyPem)
  const byMachine = Map.groupBy(state.instances, (instance) => instance.machineId)
  const machines: MadeUpMachine[] = []
  for (const { id: machineId, name, role } of state.machines) {
    const isManager = role === 'manager'
    const kind = isManager ? ('manager' as const) : ('machine' as const)
    const wanted = { ca, csrPem, commonName: name, kind, identityId: machineId, machineId }
    const { certPem } = await signCertificateRequest({ ...wanted, validMs: certificateMs, now: issuedAt })
    const own = byMachine.get(machineId) ?? []
    const instances = own.map(({ id, app, service }) => ({ instanceId: id, app, service }))
    machines.push({ name, machineId, isManager, certPem, instances })
  }
  return { port: agentPort, caPem: ca.certPem, keyPem, machines, state }
}
